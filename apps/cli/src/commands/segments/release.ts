/** `dimmer segments release SEGMENT`: the file that owned a segment owns it no more, and people edit it again. */

import { releaseVerb } from "../../release.ts";
import { findSegment } from "../../server.ts";

export const releaseSegment = releaseVerb({
  name: "segment",
  find: findSegment,
  releaseOf: (segment) => ({ kind: "release-segment", segment }),
});
