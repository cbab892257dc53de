/** Every bound of this package in one place. */

export const AI_LIMITS = {
  /** Longest wait for an attempt: for its whole answer; in a stream until there is something to show, then for each chunk. */
  attemptTimeoutMs: 60_000,
  /** Longest run, all attempts and the reading of a stream included. */
  totalTimeoutMs: 300_000,
  /** Entries of a flag's fallback list that one run goes through. */
  chainEntries: 16,
  /** Chunks that a stream may send without anything to show before it is handed to the app all the same. */
  heldChunks: 256,
  /** Generations that are told of one attempt; an agent's loop may have many. */
  generationsPerAttempt: 200,
  /** Characters of one template; the same as of a flag's value. */
  templateCharacters: 262_144,
  /** Tags and outputs of all texts of a value that is looked at when it is saved. */
  templateTags: 1_000,
  /** Milliseconds in which one template must be rendered; a busy machine pauses, and that is no fault of the prompt. */
  renderMs: 1_000,
  /** Characters and array elements that rendering one template may produce on its way, as liquidjs counts them. */
  renderMemory: 16_000_000,
  /** Characters of one rendered text. */
  renderedCharacters: 4_000_000,
  /** Parsed templates that are kept, and the characters of their texts together. */
  cachedTemplates: 500,
  cachedCharacters: 2_000_000,
  /** Nesting that is walked of a value. */
  valueDepth: 32,
  /** Variants whose failures in a row are remembered. */
  breakers: 1_000,
  /** Conversations that the store in memory keeps a pin of. */
  pins: 10_000,
  /** Shadow runs at once; what comes on top is not asked. */
  shadows: 10,
  /** Longest wait for a store of pins. */
  pinStoreMs: 500,
  /** Characters of an id of a run, a task or a conversation, of a targeting key, of a comment. */
  idCharacters: 128,
  targetingKeyCharacters: 256,
  commentCharacters: 2_000,
} as const;
