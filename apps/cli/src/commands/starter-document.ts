/** The text of a starter dimmer.yaml: one kill switch and one gradual rollout. */

export const STARTER_DOCUMENT = `# Flags of this project. Check with: dimmer validate dimmer.yaml
version: 1
flags:
  ai-enabled:
    description: Turns every AI feature off at once
    type: boolean                # boolean | string | number | object; a boolean has the variants on and off
    purpose: kill-switch         # release | kill-switch | experiment | entitlement | config
    owner: platform
    permanent: true              # or removeBy: 2027-03-01
    environments:
      production:
        enabled: true
        fallback: "off"
        default: { variant: "on" }

  summarizer:
    description: Which model writes summaries
    type: object
    purpose: release
    owner: platform
    permanent: true
    variants:
      opus:
        value: { provider: anthropic, model: claude-opus-4-6, parameters: { maxTokens: 800 } }
      sonnet:
        value: { provider: anthropic, model: claude-sonnet-4-6, parameters: { maxTokens: 800 } }
      plain:
        value: { reply: Summaries are resting. Here is the full text. }
    environments:
      production:
        enabled: true
        fallback: plain          # what everybody gets when the flag is killed
        requires: [{ flag: ai-enabled, variant: "on" }]
        rules:
          - id: paid
            name: Paying customers try the larger model
            when: { plan: [pro, enterprise] }
            serve: { split: { opus: 10, sonnet: 90 } }      # percent of the people this rule matches
        default: { variant: sonnet }
`;
