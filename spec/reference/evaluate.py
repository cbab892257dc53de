"""Evaluation as the design says it: snapshot, flag key and context to the details of the answer.

This is the reading of the rules to port from: written from the design, sharing no line with the TypeScript engine,
for Python 3.9 or newer with nothing but its standard library. Read it top to bottom.

    killed? -> requires -> override -> pin -> targets -> first matching rule -> default
            -> eligible for the split? -> slot -> stopped? -> only? -> details
"""

from conditions import Reader, targeting_key
from slots import NEXT_RULE, destinations, look_up, slot_of, unit_of

MAX_REQUIRES_CHAIN = 32


def evaluate(snapshot, flag_key, context, options=None):
    """The details of the answer. `value` is absent where the caller's default applies."""
    if not isinstance(context, dict):
        context = {}
    reader = Reader(snapshot["segments"], context)
    decision = Evaluation(snapshot, flag_key, context, reader, options or {}).decide()
    if reader.unknowns > 0 and decision.get("errorCode") != "FLAG_NOT_FOUND":
        decision["flagMetadata"]["unknowns"] = reader.unknowns
    return decision


class Evaluation:
    """One flag for one context. Required flags are evaluations of their own over the same reader."""

    def __init__(self, snapshot, flag_key, context, reader, options, chain=()):
        self.snapshot = snapshot
        self.flag_key = flag_key
        self.context = context
        self.reader = reader
        self.options = options
        self.chain = (*chain, flag_key)
        self.flag = snapshot["flags"].get(flag_key)
        self.metadata = {}

    def decide(self):
        if self.flag is None:
            return self.error("FLAG_NOT_FOUND")
        self.metadata["flagSetId"] = f"{self.snapshot['project']}/{self.snapshot['environment']}"
        self.metadata["version"] = str(int(self.flag["revision"]))
        if not self.flag["enabled"] or not self.requirements_hold():
            return self.degraded()
        return self.by_override() or self.by_pin() or self.by_target() or self.by_rule() or self.by_default()

    # Requires.

    def requirements_hold(self):
        return all(self.requirement_holds(one) for one in self.flag.get("requires", []))

    def requirement_holds(self, requirement):
        """A required flag counts with what it really serves, fallback included, unless it is missing, killed or in error."""
        key = requirement["flag"]
        if key in self.chain or len(self.chain) >= MAX_REQUIRES_CHAIN:
            self.reader.unknown()
            return False
        required = Evaluation(self.snapshot, key, self.context, self.reader, {}, self.chain)
        if required.flag is None or not required.flag["enabled"]:
            return False
        served = required.decide().get("variant")
        wanted = requirement["variant"]
        return served is not None and served in (wanted if isinstance(wanted, list) else [wanted])

    # Who decides. Each gives the details of an answer, or None to ask the next.

    def by_override(self):
        variant = self.options.get("overrides", {}).get(self.flag_key)
        if variant not in self.flag["variants"]:
            return None
        self.metadata.update(path="override", overridden=True)
        return self.serve_named(variant, "STATIC")

    def by_pin(self):
        pin = self.options.get("pins", {}).get(self.flag_key)
        if pin is None or not self.is_live(pin):
            return None
        self.metadata.update(path="pin", pinned=True)
        return self.serve_named(pin["variant"], pin["reason"], pin["valueVersion"])

    def is_live(self, pin):
        """A kill, a stop, a rollback or a fall to 0 % raises the variant's pin epoch and so breaks its pins."""
        variant = self.flag["variants"].get(pin["variant"])
        if variant is None or variant["pinEpoch"] != pin["pinEpoch"]:
            return False
        now, expires_at = self.options.get("now"), pin.get("expiresAt")
        return now is None or expires_at is None or now < expires_at

    def by_target(self):
        key = targeting_key(self.context)
        for variant, keys in self.flag.get("targets", {}).items():
            if key in keys:
                self.metadata["path"] = "target"
                return self.serve_named(variant, "TARGETING_MATCH")
        return None

    def by_rule(self):
        """The first rule that holds, unless its split sends this slot on to the next rule."""
        for rule in self.flag.get("rules", []):
            if "when" in rule and self.reader.holds(rule["when"]) is not True:
                continue
            self.metadata.update(path="rule", ruleId=rule["id"])
            answer = self.serve(rule["serve"], "TARGETING_MATCH")
            if answer is not NEXT_RULE:
                return answer
            del self.metadata["path"], self.metadata["ruleId"]
        return None

    def by_default(self):
        self.metadata["path"] = "default"
        answer = self.serve(self.flag["default"], "DEFAULT" if self.depends_on_context() else "STATIC")
        return self.degraded() if answer is NEXT_RULE else answer

    def depends_on_context(self):
        return any(len(self.flag.get(name, [])) > 0 for name in ("rules", "targets", "requires"))

    # What is served.

    def serve(self, serve, reason):
        return self.serve_split(serve) if "split" in serve else self.serve_named(serve["variant"], reason)

    def serve_split(self, serve):
        names = destinations(serve)
        if not all(self.may_have(name) for name in names if name in self.flag["variants"]):
            return self.ineligible(serve.get("else"))
        slot = 0
        if len(names) > 1:
            split = serve["split"]
            key = unit_of(self.context, split["by"])
            if key is None:
                return self.error("TARGETING_KEY_MISSING")
            slot = slot_of(split["salt"], key)
        # With one destination every slot leads there, so none is needed and no key either.
        variant = look_up(serve, slot)
        if variant == NEXT_RULE:
            return NEXT_RULE
        return self.degraded() if variant is None else self.serve_named(variant, "SPLIT")

    def ineligible(self, otherwise):
        """The whole split is not for this context, whatever its slot: `else`, or the fallback; no alarm."""
        self.metadata["ineligible"] = True
        if otherwise is None or self.is_stopped(otherwise) or not self.may_have(otherwise):
            return self.degraded()
        self.metadata["path"] = "fallback"
        return self.details(otherwise, "DISABLED")

    def serve_named(self, variant, reason, value_version=None):
        """The last gate, on every path: a stopped variant serves nobody, and `only` must be true."""
        if self.is_stopped(variant):
            return self.degraded()
        if not self.may_have(variant):
            self.metadata["blocked"] = True
            return self.degraded()
        return self.details(variant, reason, value_version)

    def is_stopped(self, variant):
        return variant in self.flag.get("stopped", [])

    def may_have(self, variant):
        only = self.flag["variants"][variant].get("only")
        return only is None or self.reader.holds(only, closed=True) is True

    # Answers.

    def degraded(self):
        """The first fallback entry that holds; with none left the caller's default, which is no error."""
        self.metadata["path"] = "fallback"
        for variant in self.fallback_variants():
            return self.details(variant, "DISABLED")
        return self.answer(reason="DISABLED", fallback=[])

    def fallback_variants(self):
        return [
            entry["variant"]
            for entry in self.flag["fallback"]
            if not self.is_stopped(entry["variant"])
            and ("when" not in entry or self.reader.holds(entry["when"]) is True)
            and self.may_have(entry["variant"])
        ]

    def details(self, variant, reason, value_version=None):
        """The answer, and the chain to try when a model fails: the fallback list, filtered for this context."""
        digest, version = self.published(variant, value_version)
        self.metadata["valueVersion"] = version
        chain = [self.chain_entry(name) for name in self.fallback_variants()]
        return self.answer(value=self.snapshot["values"][digest], variant=variant, reason=reason, fallback=chain)

    def chain_entry(self, variant):
        digest, version = self.published(variant, None)
        return {"variant": variant, "value": self.snapshot["values"][digest], "valueVersion": version}

    def published(self, variant, pinned_version):
        """The pinned value version while the snapshot still carries it, else the published one."""
        of = self.flag["variants"][variant]
        earlier = of.get("earlier", {})
        if pinned_version is not None and str(int(pinned_version)) in earlier:
            return earlier[str(int(pinned_version))], pinned_version
        return of["digest"], of["version"]

    def error(self, code):
        return self.answer(reason="ERROR", errorCode=code, fallback=[])

    def answer(self, **fields):
        return {"flagKey": self.flag_key, **fields, "flagMetadata": self.metadata}
