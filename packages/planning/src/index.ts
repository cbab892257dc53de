/** From a project as it is and a document as it should be to the operations between them. */
export { diffJson } from "./diff-json.ts";
export { type DocumentPlan, planDocument } from "./plan-document.ts";
export {
  type Chosen,
  type Drift,
  pointerTo,
  type PlanOptions,
  type PlanStep,
  type PresentProject,
  segmentResource,
} from "./plan-step.ts";
export { promoteFlag } from "./promote-flag.ts";
export { withoutEmpty } from "./without-empty.ts";
