/** The lamp: how bright a flag is, at a glance. */

export interface LampProps {
  /** 0 is dark, 1 means that everybody gets what is new. */
  readonly brightness: number;
  readonly state: "on" | "killed" | "absent";
  readonly size?: number;
  /** A rollout is turning it. */
  readonly isTurning?: boolean;
}

/** Shape: decoration; what it shows is also said in words beside it. */
export function Lamp({ brightness, state, size = 16, isTurning = false }: LampProps) {
  const light = state === "on" ? Math.min(1, Math.max(0, brightness)) : 0;
  // What is hardly on must still be told from what is off.
  const glow = light === 0 ? 0 : 0.25 + 0.75 * light;
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 32 32" className="shrink-0 overflow-visible">
      <circle
        cx="16"
        cy="16"
        r={11 + 5 * light}
        fill="var(--light)"
        opacity={0.3 * glow}
        className="transition-all duration-150"
      />
      <circle
        cx="16"
        cy="16"
        r="9"
        fill={light === 0 ? "none" : "var(--light)"}
        fillOpacity={glow}
        stroke={light === 0 ? "var(--line-strong)" : "var(--light)"}
        strokeWidth="2"
        strokeDasharray={state === "absent" ? "3 4" : undefined}
        className="transition-all duration-150"
      />
      {state === "killed" && <path d="M9.5 22.5 22.5 9.5" stroke="var(--danger)" strokeWidth="2.5" strokeLinecap="round" />}
      {isTurning && (
        <circle cx="16" cy="16" r="14.5" fill="none" stroke="var(--light)" strokeWidth="1.5" strokeDasharray="20 10" />
      )}
    </svg>
  );
}
