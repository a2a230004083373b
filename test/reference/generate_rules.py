"""Random valid rules documents."""
from decimal import Decimal

from generate_conditions import UNKNOWN, bands, condition, points, value_table
from generate_values import DURATIONS, Plain, chance

KINDS = ["page_view", "visit", "email_open", "email_sent", "form", "Größe", "VISIT"]
DIMENSIONS = ["fit", "engagement", "intent", "Größe", "a b"]
SHORT = DURATIONS[:10]


def rules_document(rng, attribute_fields, property_fields, world):
    return Writer(rng, attribute_fields, property_fields, world).document()


class Writer:
    def __init__(self, rng, attribute_fields, property_fields, world):
        self.rng, self.world = rng, world
        self.attribute_fields = attribute_fields + [UNKNOWN]
        self.property_fields = property_fields + [UNKNOWN]
        self.declared = None
        self.dimensions = {"fit", "engagement"}
        self.groups = {}
        self.evidence = []

    def document(self):
        rng, doc = self.rng, {}
        if chance(rng, 0.5):
            doc["name"] = "random " + rng.choice(["ä", "b", '"c"'])
        if chance(rng, 0.2):
            doc["description"] = "any text"
        if self.world.zone_name != "UTC" or chance(rng, 0.5):
            doc["timezone"] = self.world.zone_name
        if chance(rng, 0.8):
            doc["score"] = self.with_bounds({}, 0.35, 60)
            if chance(rng, 0.7):
                doc["score"]["decimals"] = Plain(rng.randint(0, 6))
        if chance(rng, 0.55):
            self.declared = rng.sample(DIMENSIONS, rng.randint(1, 4))
            self.dimensions = set(self.declared)
            doc["dimensions"] = {name: self.dimension() for name in self.declared}
        if chance(rng, 0.6):
            for name in rng.sample(["email", "form recency", "g.3", "Ω"], rng.randint(1, 3)):
                self.groups[name] = self.group()
            doc["groups"] = self.groups
        if chance(rng, 0.15):
            doc["exclude"] = [{"name": "exclusion %d" % i, "if": self.exclusion()} for i in range(rng.randint(1, 2))]
        doc["rules"] = [self.rule(i) for i in range(rng.choice([0, 2, 4, 5, 6, 7, 8, 9, 10, 12]))]
        if chance(rng, 0.75):
            doc["stages"] = self.stages()
        if chance(rng, 0.5):
            doc["probability"] = {"intercept": points(rng) / 10, "slope": Decimal(rng.randint(-90, 90)) / 1000}
            if chance(rng, 0.5):
                doc["probability"]["horizon"] = "90 days"
        if chance(rng, 0.6):
            of = sorted(self.dimensions) + ["score"] * 3 + ["probability"] * 3 * ("probability" in doc)
            doc["labels"] = {name: self.label(rng.choice(of))
                             for name in rng.sample(["grade", "heat", "Güte"], rng.randint(1, 3))}
        return doc

    # Pieces

    def with_bounds(self, obj, probability, size):
        rng = self.rng
        low, high = sorted([Decimal(rng.randint(-size * 100, size * 100)) / rng.choice([1, 10, 100]) for _ in range(2)])
        if chance(rng, probability):
            obj["min"] = low
        if chance(rng, probability):
            obj["max"] = high
        return obj

    def dimension(self):
        rng = self.rng
        result = self.with_bounds({}, 0.4, 80)
        if chance(rng, 0.6):
            result["weight"] = rng.choice([Decimal(text) for text in (
                "1", "0.5", "2", "-1", "-0.333333", "1.000001", "0", "0.25", "100", "-0.000005", "1.5")])
        return result

    def named_dimension(self):
        name = self.rng.choice(self.declared or DIMENSIONS)
        self.dimensions.add(name)
        return name

    def group(self):
        rng = self.rng
        result = self.with_bounds({}, 0.5, 30)
        if chance(rng, 0.6):
            result["take"] = rng.choice(["sum", "max", "min", "max", "min"])
        if "engagement" not in self.dimensions or chance(rng, 0.5):
            result["dimension"] = self.named_dimension()
        return result

    def exclusion(self):
        # An empty condition holds always; most exclusions should not.
        found = condition(self.rng, self.attribute_fields, self.world, True)
        return {"all": [found, condition(self.rng, self.attribute_fields, self.world, True)]}

    def rule(self, number):
        rng = self.rng
        event = chance(rng, 0.6)
        result = self.event_rule() if event else self.attribute_rule()
        result["name"] = "rule %d" % number if chance(rng, 0.8) else "Regel – %d" % number
        if chance(rng, 0.1):
            result["description"] = "why"
        if chance(rng, 0.15):
            result["enabled"] = chance(rng, 0.3)
        if self.groups and chance(rng, 0.45):
            result["group"] = rng.choice(sorted(self.groups))
        elif ("engagement" if event else "fit") not in self.dimensions or chance(rng, 0.3):
            result["dimension"] = self.named_dimension()
        return self.with_bounds(result, 0.15, 30)

    def attribute_rule(self):
        rng = self.rng
        if chance(rng, 0.45):
            return {"if": condition(rng, self.attribute_fields, self.world, True), "points": points(rng)}
        result = {}
        if chance(rng, 0.5):
            wanted = [field for field in self.attribute_fields if field.flavour == "number"]
            result["bands"] = bands(rng, -5, 210, rng.choice([0, 0, 1, 6])) if chance(rng, 0.8) else \
                bands(rng, -10 ** 15, 10 ** 15, 0)
        else:
            wanted = [field for field in self.attribute_fields if field.flavour != "iso"]
            result["values"] = value_table(rng, self.world)
            if chance(rng, 0.6):
                result["otherwise"] = points(rng)
        result["attribute"] = rng.choice(wanted if wanted and chance(rng, 0.85) else self.attribute_fields).name
        if chance(rng, 0.5):
            result["missing"] = points(rng)
        return result

    def kinds(self):
        rng = self.rng
        style = rng.random()
        if style < 0.15:
            return "*"
        if style < 0.2:
            return ["*"] if chance(rng, 0.5) else ["visit", "*"]
        if style < 0.6:
            return rng.choice(KINDS)
        return rng.sample(KINDS, rng.randint(1, 4))

    def evidence_part(self):
        """on, if and measure; often those of an earlier rule, for rules with the same evidence share it."""
        rng = self.rng
        if self.evidence and chance(rng, 0.3):
            return dict(rng.choice(self.evidence))
        result = {"on": self.kinds()}
        if chance(rng, 0.33):
            result["if"] = condition(rng, self.property_fields, self.world, False)
        measure = rng.choices(["hits", None, "sum", "distinct", "ratio_to", "idle"], [1, 5, 3, 3, 2, 2])[0]
        if measure in ("sum", "distinct"):
            wanted = [f for f in self.property_fields if f.flavour == "number"] if measure == "sum" else []
            result["measure"] = {measure: rng.choice(wanted if wanted and chance(rng, 0.85)
                                                     else self.property_fields).name}
        elif measure == "ratio_to":
            result["measure"] = {"ratio_to": self.kinds()}
        elif measure:
            result["measure"] = measure
        self.evidence.append(dict(result))
        return result

    def event_rule(self):
        rng = self.rng
        result = self.evidence_part()
        measure = result.get("measure", "hits")
        measure = measure if isinstance(measure, str) else next(iter(measure))
        hours = chance(rng, 0.35)
        durations = SHORT if hours else [d for d in DURATIONS if "hour" not in d]

        if measure != "idle" and chance(rng, 0.45):
            result["within"] = rng.choice(durations)
        if measure == "hits" and chance(rng, 0.25):
            result["burst"] = Plain(rng.choice([1, 2, 2, 2, 3, 3, 4]))
        if measure in ("hits", "distinct"):
            if chance(rng, 0.35):
                result["at_most"] = {"hits": Plain(rng.choice([1, 1, 1, 2, 2, 3, 4])), "per": rng.choice(durations)}
            if chance(rng, 0.3):
                result["limit"] = Plain(rng.choice([1, 1, 2, 2, 3, 4, 6]))
        if measure in ("hits", "sum", "distinct") and chance(rng, 0.65):
            result["points"] = points(rng)
            if chance(rng, 0.6):
                result["decay"] = self.decay(durations)
            return result
        result["bands"] = {
            "hits": lambda: bands(rng, 0, 12, rng.choice([0, 0, 1])),
            "distinct": lambda: bands(rng, 0, 8, 0),
            "sum": lambda: bands(rng, -100, 1500, rng.choice([0, 2, 6])),
            "ratio_to": lambda: bands(rng, 0, 2, rng.choice([1, 2, 6])),
            "idle": lambda: bands(rng, 0, 150, 0)}[measure]()
        if chance(rng, 0.5):
            result["missing"] = points(rng)
        return result

    def decay(self, durations):
        rng = self.rng
        name = rng.choice(["half_life", "linear", "every"])
        result = {name: rng.choice(durations)}
        if name == "every":
            result["lose"] = rng.choice([Decimal(t) for t in ("0.1", "0.25", "1", "0.333333", "0.000001", "0.5")])
        return result

    def levels(self, names, low, high, places):
        rng = self.rng
        starts = sorted(rng.sample(range(low, high), len(names) - 1))
        return [{"name": names[0]}] + [{"name": name, "from": Decimal(start).scaleb(-places)}
                                       for name, start in zip(names[1:], starts)]

    def label(self, of):
        names = ["C", "B", "A", "A+"][:self.rng.randint(1, 4)]
        levels = self.levels(names, 1, 99, 2) if of == "probability" else self.levels(names, -200, 600, 1)
        return {"of": of, "levels": levels}

    def stages(self):
        rng = self.rng
        names = ["cold", "warm", "hot", "Heiß"][:rng.randint(1, 4)]
        places = rng.choice([0, 1, 1])
        stages = self.levels(names, -20 * 10 ** places, 60 * 10 ** places, places)
        for place, stage in enumerate(stages):
            if chance(rng, 0.5):
                stage["qualification"] = rng.choice(["MQL", "SQL", "Ü"])
            if place and chance(rng, 0.3):
                stage["needs"] = {name: Decimal(rng.randint(-10, 25)) for name in
                                  rng.sample(sorted(self.dimensions), rng.randint(1, len(self.dimensions)))}
            if place and chance(rng, 0.4):
                stage["keep"] = Decimal(rng.randint(0, 150)) / 10
            if chance(rng, 0.25):
                stage["sticky"] = True
        return stages
