/** Hostile inputs that every part must withstand, each with the tests that send it. */

export interface Attack {
  readonly id: string;
  readonly attack: string;
  readonly expected: string;
  /** A test file, and what its titles or rows say of it. */
  readonly tests: readonly (readonly [file: string, ...titles: string[]])[];
}

const http = (name: string) => `apps/server/src/http/attacks/${name}.test.ts`;
const evaluation = (name: string) => `packages/evaluation/src/${name}.test.ts`;
const client = "packages/sdk-server/src/client.test.ts";
const EVERY_ROUTE = http("every-route");
const EDITS = http("edits");
const BODIES = http("bodies");
const COMPRESSED = http("compressed");
const OTLP = http("otlp");
const PEOPLE = http("people");

export const ATTACK_PLAN: readonly Attack[] = [
  {
    id: "A1",
    attack: "JSON nested 5,000 deep, on every route, with a key and without",
    expected: "400",
    tests: [[EVERY_ROUTE, "A1 nested 5,000 deep", "A1 nested 5,000 deep in a body that a GET has no use for"]],
  },
  {
    id: "A2",
    attack: "nested 100,000 deep; 200 kB of open brackets",
    expected: "400",
    tests: [
      [EVERY_ROUTE, "A2 200 kB of ["],
      [BODIES, "A2 100,000 deep"],
      [OTLP, "A2 a value that is 50,000 deep"],
    ],
  },
  {
    id: "A3",
    attack: "a body without end, or of 1 GB",
    expected: "413 before it is read",
    tests: [[EVERY_ROUTE, "A3 5 MB", "A3 a body that says it has 1 GB", "A3 a body that never ends"]],
  },
  {
    id: "A4",
    attack: "a compressed bomb",
    expected: "415; where compressed bodies are taken, 413 before it is whole",
    tests: [
      [EVERY_ROUTE, "A4 compressed"],
      [COMPRESSED, "A4 a bomb", "MB of blanks"],
      [OTLP, "A4 a bomb"],
    ],
  },
  {
    id: "A5",
    attack: "content types that two readers take for two things",
    expected: "415",
    tests: [
      [EVERY_ROUTE, "A5 of no type that we take"],
      [BODIES, "application/json;x"],
    ],
  },
  {
    id: "A6",
    attack: "JSON that is cut, or that a double or a string cannot hold",
    expected: "400, or an exact round trip",
    tests: [
      [BODIES, "A6 truncated", "A6 byte order mark", "A6 1e999", "A6 NUL", "A6 half a surrogate pair"],
      ["apps/server/src/http/read-json.test.ts", "__proto__ as a name"],
    ],
  },
  {
    id: "A7",
    attack: "one name twice",
    expected: "400",
    tests: [[EVERY_ROUTE, "A7 one name twice is refused on every route"]],
  },
  {
    id: "A8",
    attack: "contexts of 10,000 attributes",
    expected: "400 above 1,000",
    tests: [[BODIES, "A8 1,001 attributes, OFREP"]],
  },
  {
    id: "A9",
    attack: "headers that are too many or too large",
    expected: "431",
    tests: [[http("below-http"), "A9 a header of 64 kB", "A9 a cookie of 16 kB", "A9 1,000 headers"]],
  },
  {
    id: "A10",
    attack: "requests that two parsers end at two places",
    expected: "400, and the connection is closed",
    tests: [[http("below-http"), "A10 two lengths", "A10 a bare line feed", "A10 a folded header", "A10 an Upgrade"]],
  },
  {
    id: "A11",
    attack: "paths that two readers take for two routes",
    expected: "what the plain path gives",
    tests: [[EVERY_ROUTE, "A11 however its path is written"]],
  },
  {
    id: "A12",
    attack: "TRACE, unknown verbs, headers that change the verb, a GET that changes something",
    expected: "405, or not looked at",
    tests: [[EVERY_ROUTE, "A12 a verb that a path does not have", "A12 a GET changes nothing"]],
  },
  {
    id: "A13",
    attack: "names that every JavaScript object knows",
    expected: "refused when made, not found when read",
    tests: [[EDITS, "A13", "A13 %s is no flag to whoever asks"]],
  },
  {
    id: "A14",
    attack: "contexts with `__proto__` and `constructor.prototype`",
    expected: "data, and Object.prototype stays as it was",
    tests: [
      [BODIES, "A14 a context that names __proto__ is data"],
      [evaluation("parse/document"), "leaves Object.prototype alone, and takes such attributes as data"],
    ],
  },
  {
    id: "A15",
    attack: "keys that are empty, 1 MB, have line breaks, dots alone, other scripts",
    expected: "400; the longest legal key decides",
    tests: [[EDITS, "A15", "A15 the longest key there may be decides like any other"]],
  },
  { id: "A16", attack: "keys that look the same", expected: "refused: there is one form", tests: [[EDITS, "A16"]] },
  {
    id: "A17",
    attack: "a context that is no object, is cyclic, throws, or is a Proxy",
    expected: "the default and a reason, nothing thrown",
    tests: [
      [evaluation("evaluate"), "never throws, whatever it is asked"],
      [client, "nothing makes a look-up throw"],
    ],
  },
  {
    id: "A18",
    attack: "attributes of the wrong type, huge arrays, dates, bigints",
    expected: "no match, counted",
    tests: [
      [evaluation("targeting/condition"), "stops after the steps it may take", "reads only own attributes"],
      [evaluation("unknowns"), "is counted in an answer with an error code"],
    ],
  },
  {
    id: "A19",
    attack: "^(a+)+$ on 30 and 10,000 characters",
    expected: "linear time",
    tests: [
      [EDITS, "A19 the classic regex"],
      [evaluation("targeting/pattern"), "is linear on the classic attack"],
    ],
  },
  {
    id: "A20",
    attack: "patterns that are huge, explode, or look behind",
    expected: "400 when saved",
    tests: [[EDITS, "A20 a regex of 100 kB", "A20 repeats of repeats", "A20 a back-reference", "A20 a look-behind"]],
  },
  {
    id: "A21",
    attack: "patterns and list entries that are `constructor`",
    expected: "text like any other",
    tests: [[EDITS, "A21 words that every object knows"]],
  },
  {
    id: "A22",
    attack: "rule trees 5,000 deep or of 100,000 nodes, to the API and straight to an SDK",
    expected: "400 when saved; an SDK takes them for unknown",
    tests: [
      [EDITS, "A22 a tree one level too deep", "A22 a list of more than there may be"],
      [evaluation("parse/document"), "a tree 100,000 deep"],
      [evaluation("targeting/condition"), "is unknown as a whole past its limits of depth and nodes"],
    ],
  },
  {
    id: "A23",
    attack: "flags and segments that depend on themselves, chains of 500",
    expected: "400 when saved; an SDK gives up and counts",
    tests: [
      [EDITS, "A23 a flag that requires itself", "A23 a circle of two"],
      [evaluation("evaluate"), "gives up on a circle and a chain that is too long"],
      ["apps/server/src/flags/apply-change.test.ts", "refuses requires and segments in chains that are too long"],
    ],
  },
  {
    id: "A24",
    attack: "percentages that are negative, in quotes, NaN, too fine, or no 100",
    expected: "400",
    tests: [[EDITS, "A24 −1 %", "A24 100.0001 %", "A24 a percentage in quotes", "A24 1e-9 %", "A24 99 % in all", "A24 NaN"]],
  },
  {
    id: "A25",
    attack: "a key to split by that is missing, empty or null",
    expected: "an error with its code, and not the first bucket",
    tests: [
      [EDITS, "A25 without a key to split by"],
      [evaluation("evaluate"), "splits by the targeting key or any attribute, and refuses a missing one"],
    ],
  },
  {
    id: "A26",
    attack: "junk for versions, instants and addresses",
    expected: "no match, nothing thrown",
    tests: [
      [EDITS, "A26 junk for %s"],
      [evaluation("targeting/cidr"), "never takes a mapped IPv6 address for IPv4"],
      [evaluation("targeting/instant"), "reads what Date writes"],
    ],
  },
  {
    id: "A27",
    attack: "times in the past, that do not exist, beyond any calendar",
    expected: "400, or the next that exists, and said",
    tests: [
      [EDITS, "A27 %s is no time for one", "A27 a time that the clocks jump over"],
      ["apps/server/src/schedules/resolve-time.test.ts", "comes twice in %s, is the first of the two"],
    ],
  },
  {
    id: "A28",
    attack: "an operator or a format that this version does not know, to an SDK",
    expected: "unknown, counted, and no flag turned on",
    tests: [
      [evaluation("unknowns"), "is counted in an answer with an error code"],
      ["packages/sdk-core/src/snapshot-holder.test.ts", "another format"],
    ],
  },
  {
    id: "A29",
    attack: "values of 1 MB or nested 100 deep",
    expected: "400",
    tests: [[EDITS, "A29 a value of 1 MB", "A29 a value is kept to the last level"]],
  },
  {
    id: "A30",
    attack: "no key, empty ones, two of them",
    expected: "401 on every route",
    tests: [[EVERY_ROUTE, "A30 what is no credential opens no route", "A30 two Authorization headers open no route"]],
  },
  {
    id: "A31",
    attack: "guessing a key by how long its refusal takes",
    expected: "nothing to measure: keys are found by digest",
    tests: [
      ["apps/server/src/access/keys.test.ts", "A31 asks the store for a digest alone"],
      ["test/faults/server-key-timing.long.ts", "A31 100,000 refusals"],
    ],
  },
  {
    id: "A32",
    attack: "keys that are revoked or expire while a stream is open",
    expected: "the stream ends, the next request is refused",
    tests: [
      [http("secrets"), "A32 a key that is revoked or expires loses its streams"],
      ["test/faults/server-stop.test.ts", "[graceful] SIGTERM under writes"],
    ],
  },
  {
    id: "A33",
    attack: "looking for secrets in the store and in a backup",
    expected: "none in clear",
    tests: [[http("secrets"), "A33 A34 nothing that was ever handed out"]],
  },
  {
    id: "A34",
    attack: "keys in a query, a Referer, the address of a stream, a log",
    expected: "refused, and written nowhere",
    tests: [
      [http("secrets"), "A33 A34 nothing that was ever handed out", "A34 a key is never said back"],
      [EVERY_ROUTE, "A34 a key in the query opens no route"],
    ],
  },
  {
    id: "A35",
    attack: "guessing a password 1,000 times, from many addresses or from one",
    expected: "ten a minute are looked at, then 429; the owner is not kept out",
    tests: [
      [PEOPLE, "A35 1,000 tries from many addresses", "A35 the mark of a known browser", "A35 A42 from one address"],
      ["apps/server/src/people/attempt-limit.test.ts", "no minute has more than the number"],
    ],
  },
  {
    id: "A36",
    attack: "finding out who has an account: by words or by time, at sign-in, reset and invitation",
    expected: "the same words after the same work",
    tests: [
      [PEOPLE, "A36 unknown, wrong, disabled and without a password", "A36 links that are unknown, used or over"],
      ["apps/server/src/people/hash-password.test.ts", "without a hash it works as long and says no"],
    ],
  },
  {
    id: "A37",
    attack: "a session that was planted, stolen from a weak cookie, or used after signing out or a new password",
    expected: "a new id at every sign-in, a `__Host-` cookie without script, dead at the next request",
    tests: [
      [PEOPLE, "A37 a session that was planted", "A37 I40 what was signed out is dead"],
      ["apps/server/src/people/people.test.ts", "[session-ends] disabling ends sessions", "[session-ends] that is changed ends"],
    ],
  },
  {
    id: "A38",
    attack: "operators, lists and JSON where a text is asked for",
    expected: "400 or 401",
    tests: [[PEOPLE, "a session that is JSON", "an operator in the query", "an operator for a password"]],
  },
  {
    id: "A39",
    attack: "tokens with `alg` none or another, a `kid` that is a path, another audience, an expiry as text",
    expected: "not taken, and the answer says why",
    tests: [
      [
        evaluation("token/signed-token"),
        "no algorithm",
        "another algorithm",
        "an unknown key",
        "another audience",
        "an expiry as text",
      ],
    ],
  },
  {
    id: "A40",
    attack:
      "answers of an identity provider that are replayed, moved to another browser, or of another state, nonce or challenge; next=//evil",
    expected: "refused, and nobody is signed in",
    tests: [
      [
        "apps/server/src/people/oidc/oidc.test.ts",
        "A40 the same answer twice",
        "A40 an answer in another browser",
        "A40 an answer to a start with another nonce",
        "A40 the address to come back to is exactly ours",
        "A40 next=%s leads to %s",
      ],
    ],
  },
  {
    id: "A41",
    attack: "two first owners at once, set-up after set-up, default passwords",
    expected: "one wins; 404; there is none",
    tests: [[PEOPLE, "A41 of two first owners at once one wins"]],
  },
  {
    id: "A42",
    attack: "a forged Host, X-Forwarded-For, X-Forwarded-Host or X-Forwarded-Proto",
    expected: "not looked at, unless a trusted proxy is named",
    tests: [[PEOPLE, "A35 A42 from one address", "A42 Host and X-Forwarded-Host make no link"]],
  },
  {
    id: "A43",
    attack: "requests that another page sends with the session: forms, text/plain, another site, no word of where from",
    expected: "403 on every route that changes something",
    tests: [
      [PEOPLE, "A43 %s changes nothing on any route", "A43 our own pages are let in"],
      [EVERY_ROUTE, "A12 a GET changes nothing"],
    ],
  },
  {
    id: "A44",
    attack: "pages of other origins, of none, and of one that begins like ours",
    expected: "may read nothing of a session's or an admin's, and never with credentials",
    tests: [
      [PEOPLE, "A44 no page of another origin may read"],
      ["apps/server/src/ofrep/browser.test.ts", "where origins are listed, only these, letter by letter"],
    ],
  },
  {
    id: "A45",
    attack: "every route × every role × own, sibling and foreign place; every kind of edit likewise",
    expected: "no 2xx but where the route's right and the role say so; 404 for a foreign project",
    tests: [
      [
        "apps/server/src/http/access-matrix.test.ts",
        "[denied-by-default] I38 A45 every route × every role",
        "every kind of edit × %s",
      ],
    ],
  },
  {
    id: "A46",
    attack:
      "keys where they do not belong: of another environment, an SDK's on the management API, an admin's on the SDK's, one as a ticket",
    expected: "401 or 403",
    tests: [
      [
        http("credentials"),
        "A46 an SDK's key on the admin's routes",
        "A46 an admin's token on the SDK's",
        "A46 a server's key as a ticket",
      ],
      ["apps/server/src/http/access-matrix.test.ts", "what is for SDKs takes their keys and nothing else"],
      ["apps/server/src/http/one-environment.test.ts", "a token of one environment reads what is shared and its own part"],
    ],
  },
  {
    id: "A47",
    attack: "a browser's key on snapshot, stream, rules, segments, names and server flags",
    expected: "403 or 404, and no word of them in what it may read",
    tests: [
      [http("credentials"), "A47 a browser's key on the snapshot", "A47 a browser's key on a flag that is there"],
      ["apps/server/src/ofrep/answer-bulk.test.ts", "is told of no rule, segment, attribute, owner, server flag"],
      ["apps/server/src/ofrep/browser.test.ts", "tells of what changed, and of nothing that a browser may not see"],
    ],
  },
  {
    id: "A48",
    attack:
      "a browser's claims about itself, and signed contexts that are forged, expired, of another environment or for something else",
    expected: "no variant with an `only` is opened; the answer says why the token does not count (ADR-0031, in place of a 401)",
    tests: [
      [
        "apps/server/src/access/tokens.test.ts",
        "counts for `only` from a browser, where a claim does not",
        "of another environment",
        "signed with another key",
      ],
      ["apps/server/src/access/browser-snapshot.test.ts", "no claim of a browser gets it a variant that has an `only`"],
    ],
  },
  {
    id: "A49",
    attack: "looking for private attributes in telemetry, logs, audit, streams, events and files",
    expected: "none, fitting, mistyped or in an error",
    tests: [["test/e2e/private-attributes.test.ts", "[private-attributes] [keys-hashed] A49 I39 a private value"]],
  },
  {
    id: "A50",
    attack:
      "approving one's own change, editing it after the approval, and undo, schedule, file or a replaced draft beside the review",
    expected: "403, 409, or one more change request",
    tests: [
      [
        "apps/server/src/change-requests/change-requests.test.ts",
        "A50 nobody approves what they edited last",
        "A50 a draft that is replaced after the approval",
        "A50 an undo, a schedule and a file",
      ],
    ],
  },
  {
    id: "A51",
    attack: "a role that is taken away between the check and the write",
    expected: "403: rights are read again in the transaction that writes",
    tests: [
      ["apps/server/src/access/current-author.test.ts", "A51 %s is refused once the token may not any more"],
      ["apps/server/src/http/access-matrix.test.ts", "A51 a role that is edited counts at once"],
    ],
  },
  {
    id: "A52",
    attack: "fields that a route does not have, such as role, projectId, version, createdBy",
    expected: "400, by name",
    tests: [[EVERY_ROUTE, "A52 a field that a route does not have"]],
  },
  {
    id: "A53",
    attack: "a key, a role, a grant or an invitation that may more than whoever makes it",
    expected: "403",
    tests: [
      ["apps/server/src/http/access-matrix.test.ts", "A53 nobody makes a key or a role"],
      ["apps/server/src/access/keys.test.ts", "A53 refuses %j by %j as %s"],
      ["apps/server/src/people/people.test.ts", "[no-more-than-ones-own] A53 an admin of one project"],
    ],
  },
  {
    id: "A54",
    attack: "renaming, editing or archiving a project, an environment or a flag that holds others",
    expected: "what they hold is untouched, and an archived flag comes back whole",
    tests: [[EDITS, "A54 what is renamed, edited or archived keeps all that it holds"]],
  },
  {
    id: "A55",
    attack: "an edit without, with an old or with a made-up If-Match; eight writers with the same",
    expected: "428; 412; one of them succeeds",
    tests: [[http("revisions"), "no If-Match", "an old one", "junk", "two writers with the same If-Match never both succeed"]],
  },
  {
    id: "A56",
    attack: "an idempotency key with another body, of another caller, or that is none",
    expected: "422; another request; 400",
    tests: [
      [
        "apps/server/src/http/idempotency.test.ts",
        "[A56] %s is 422",
        "of another caller is another request",
        "[A56] %j is no key",
      ],
    ],
  },
  {
    id: "A57",
    attack: "webhooks to addresses inside, however they are written, with a name in them, to odd ports, by other schemes",
    expected: "refused when it is saved and at each dial",
    tests: [
      [
        "apps/server/src/outbound/guard-address.test.ts",
        "%j is refused",
        "%s is not public",
        "%s leads inside, however it is written",
      ],
    ],
  },
  {
    id: "A58",
    attack: "a name that leads inside the second time; a redirect inside",
    expected: "the address that was looked at is the one that is dialled; no redirect is followed",
    tests: [
      [
        "apps/server/src/outbound/guard-address.test.ts",
        "goes to the address that was looked at",
        "is not sent where the name leads inside by now",
        "does not follow a redirect",
      ],
      [
        "apps/server/src/connections/use-connection.test.ts",
        "A58 follows no redirect, and takes no answer that is none or too large",
      ],
    ],
  },
  {
    id: "A59",
    attack: "every other address that the server asks by itself: an identity provider, a provider of models",
    expected: "the same guard, and no way past it in the code",
    tests: [
      ["apps/server/src/people/oidc/oidc.test.ts", "a provider that does not answer, or is inside the network without leave"],
      ["apps/server/src/connections/connections.test.ts", "A59 are refused where they cannot be"],
      ["test/tidy.ts", "the server asks others through the guard of outbound requests alone"],
    ],
  },
  {
    id: "A60",
    attack: "a receiver that answers without end, drips, or has 10,000 headers",
    expected: "no more is read than is needed, and it ends at its deadline",
    tests: [
      [
        "apps/server/src/outbound/guard-address.test.ts",
        "reads no more of an answer than it must",
        "ends when it is told to, and at its deadline",
      ],
    ],
  },
  {
    id: "A66",
    attack: "text in an export that a spreadsheet takes for a formula",
    expected: "an apostrophe before it",
    tests: [
      ["apps/server/src/telemetry/exporting.contract.ts", "A66 in a table of text nothing is a formula"],
      ["apps/server/src/metrics/metrics-file.test.ts", "A66 a table has a line for each variant"],
    ],
  },
];
