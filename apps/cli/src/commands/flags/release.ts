/** `dimmer flags release FLAG`: the file that owned a flag owns it no more, and people edit it again. */

import { releaseVerb } from "../../release.ts";
import { findFlag } from "../../server.ts";

export const releaseFlag = releaseVerb({
  name: "flag",
  find: findFlag,
  releaseOf: (flag) => ({ kind: "release-flag", flag }),
});
