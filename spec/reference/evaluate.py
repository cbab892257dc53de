"""Evaluation as the design says it: snapshot, flag key and context to the details of the answer.

This is the reading of the rules to port from: written from the design, sharing no line with the TypeScript engine,
for Python 3.9 or newer with nothing but its standard library. Read it top to bottom.

    killed? -> requires -> override -> pin -> targets -> first matching rule -> default
            -> eligible for the split? -> slot -> stopped? -> only? -> details
"""

from conditions import MAX_CHAIN, Reader, read_attribute, targeting_key, unit_of
from slots import NEXT_RULE, holder_of, holders, slot_of
from well_formed import is_well_formed, read_value


def evaluate(snapshot, flag_key, context, options=None):
    """The details of the answer. `value` is absent where the caller's default applies; `errorMessage` is left to you."""
    if flag_key not in snapshot["flags"]:
        return error(flag_key, "FLAG_NOT_FOUND", {})
    if not isinstance(context, dict):
        return error(flag_key, "INVALID_CONTEXT", {})
    reader = Reader(snapshot["segments"], context)
    details = Evaluation(snapshot, flag_key, reader, options or {}).decide()
    # Counted over the whole evaluation: rules, segments, required flags, `only` and the fallback list.
    if reader.unknowns > 0:
        details["flagMetadata"]["unknowns"] = reader.unknowns
    return details


def error(flag_key, code, metadata):
    """With an error code there is no variant, and no chain to try."""
    return {"flagKey": flag_key, "reason": "ERROR", "errorCode": code, "flagMetadata": metadata, "fallback": []}


class Evaluation:
    """One flag for one context. Required flags are evaluations of their own over the same reader."""

    def __init__(self, snapshot, flag_key, reader, options):
        self.snapshot = snapshot
        self.flag_key = flag_key
        self.reader = reader
        self.options = options
        self.flag = snapshot["flags"][flag_key]
        self.metadata = {}

    def decide(self):
        self.metadata["flagSetId"] = f"{self.snapshot['project']}/{self.snapshot['environment']}"
        self.metadata["version"] = as_integer(self.flag["revision"])
        if not is_well_formed(self.flag, self.snapshot["values"]):
            return error(self.flag_key, "PARSE_ERROR", self.metadata)
        if not self.flag["enabled"] or not self.requirements_hold():
            return self.degraded()
        return self.by_override() or self.by_pin() or self.by_target() or self.by_rule() or self.by_default()

    # Requires.

    def requirements_hold(self):
        return all(self.requirement_holds(one) for one in self.flag.get("requires", []))

    def requirement_holds(self, requirement):
        """A required flag counts with what it really serves, fallback included, unless it is missing, killed or in error."""
        wanted = requirement["variant"]
        served = self.served_by(requirement["flag"])
        return served is not None and not self.reader.is_cut and served in (wanted if isinstance(wanted, list) else [wanted])

    def served_by(self, flag_key):
        """The variant, or None. Pins and overrides are for the flag that was asked, not for those it requires.

        A circle of required flags is a chain that does not end: it is cut at its limit, and what is below is unknown,
        so that no requirement above holds either.
        """
        if flag_key not in self.snapshot["flags"]:
            return None
        required = Evaluation(self.snapshot, flag_key, self.reader, {})
        if not is_well_formed(required.flag, self.snapshot["values"]) or not required.flag["enabled"]:
            return None
        if self.reader.depth >= MAX_CHAIN or not self.reader.may_look(1):
            self.reader.is_cut = True
            self.reader.unknown()
            return None
        self.reader.depth += 1
        details = required.decide()
        self.reader.depth -= 1
        return details.get("variant")

    # Who decides. Each gives the details of an answer, or None to ask the next.

    def by_override(self):
        variant = self.options.get("overrides", {}).get(self.flag_key)
        if variant not in self.flag["variants"]:
            return None
        self.metadata.update(path="override", overridden=True)
        return self.serve_named(variant, "STATIC")

    def by_pin(self):
        pin = self.options.get("pins", {}).get(self.flag_key)
        if pin is None or "pin" not in self.flag or not self.is_live(pin):
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
        key = targeting_key(self.reader.context)
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
        return self.serve(self.flag["default"], "DEFAULT" if self.depends_on_context() else "STATIC")

    def depends_on_context(self):
        targeted = [key for keys in self.flag.get("targets", {}).values() for key in keys]
        return len(self.flag.get("rules", [])) + len(self.flag.get("requires", [])) + len(targeted) > 0

    # What is served.

    def serve(self, serve, reason):
        return self.serve_split(serve) if "split" in serve else self.serve_named(serve["variant"], reason)

    def serve_split(self, serve):
        """Gives NEXT_RULE where the slot is left to it."""
        names = holders(serve)
        if not all(self.may_have(name) for name in names if name != NEXT_RULE):
            return self.ineligible(serve.get("else"))
        # With one holder of all slots no slot is needed, and no key either.
        holder = names[0]
        if len(names) > 1:
            key = unit_of(read_attribute(self.reader.context, serve["split"]["by"]))
            if key is None:
                return error(self.flag_key, "TARGETING_KEY_MISSING", self.metadata)
            holder = holder_of(serve, slot_of(serve["split"]["salt"], key))
        return NEXT_RULE if holder == NEXT_RULE else self.serve_named(holder, "SPLIT")

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
        of = self.flag["variants"][variant]
        return "only" not in of or self.reader.holds(of["only"], closed=True) is True

    # Answers.

    def degraded(self):
        """The first fallback entry that holds; with none left the caller's default, which is no error."""
        self.metadata["path"] = "fallback"
        chain = self.fallback_chain()
        if len(chain) == 0:
            return {"flagKey": self.flag_key, "reason": "DISABLED", "flagMetadata": self.metadata, "fallback": []}
        return self.details_with(chain, chain[0], "DISABLED")

    def details(self, variant, reason, value_version=None):
        """A variant is served; the chain to try when a model fails goes with it."""
        served = self.value_of(variant, value_version)
        return self.details_with(self.fallback_chain(), served, reason)

    def details_with(self, chain, served, reason):
        self.metadata["valueVersion"] = served["valueVersion"]
        return {
            "flagKey": self.flag_key,
            "value": served["value"],
            "variant": served["variant"],
            "reason": reason,
            "flagMetadata": self.metadata,
            "fallback": chain,
        }

    def fallback_chain(self):
        """The fallback list, filtered for this context."""
        return [self.value_of(entry["variant"]) for entry in self.flag.get("fallback", []) if self.is_open(entry)]

    def is_open(self, entry):
        if self.is_stopped(entry["variant"]):
            return False
        return ("when" not in entry or self.reader.holds(entry["when"]) is True) and self.may_have(entry["variant"])

    def value_of(self, variant, pinned_version=None):
        """The pinned value version while the snapshot still carries it, else the published one."""
        of = self.flag["variants"][variant]
        digest, version = of["digest"], of["version"]
        earlier = of.get("earlier", {})
        if pinned_version is not None and pinned_version != version and as_integer(pinned_version) in earlier:
            digest, version = earlier[as_integer(pinned_version)], pinned_version
        return {"variant": variant, "value": read_value(self.snapshot["values"][digest]), "valueVersion": version}


def as_integer(number):
    """Numbers are floats here, and whole ones are written without a point."""
    return str(int(number))
