"""EvaluateDataQuality: a ruleset against a frame. Of DQDL the rules that count rows, columns and values; any other is refused by name.

    Rules = [ ColumnCount > 0, RowCount between 1 and 100, IsComplete "room_id", Completeness "value" > 0.9 ]

Glue Developer Guide, "Data Quality Definition Language (DQDL) reference". Nothing is published: the lab has no data quality service.
"""
from __future__ import annotations

import re

from awsglue.collection import DynamicFrameCollection
from awsglue.dynamicframe import DynamicFrame
from awsglue.faults import NotInLab
from pyspark.sql import Column
from pyspark.sql import functions as F

RULE = re.compile(r'^(\w+)((?:\s+"[^"]+")*)\s*(.*)$', re.DOTALL)
COMPARED = re.compile(r"^(=|!=|>=|<=|>|<)\s*(-?[\d.]+)$|^between\s+(-?[\d.]+)\s+and\s+(-?[\d.]+)$", re.IGNORECASE)
OUTCOMES = "Rule string, Outcome string, FailureReason string, EvaluatedMetrics map<string,double>"


class EvaluateDataQuality:
    @classmethod
    def apply(cls, frame: DynamicFrame, ruleset: str, publishing_options: dict | None = None, **more: object) -> DynamicFrame:
        """A row a rule: Rule, Outcome (Passed or Failed), FailureReason, EvaluatedMetrics."""
        data = frame.toDF()
        outcomes = [_outcome(data, rule) for rule in _rules(ruleset)]
        return DynamicFrame.fromDF(data.sparkSession.createDataFrame(outcomes, OUTCOMES), frame.glue_ctx, "ruleOutcomes")

    def process_rows(self, frame: DynamicFrame, ruleset: str, publishing_options: dict | None = None, additional_options: dict | None = None, **more: object):
        """The outcomes beside the rows; which row broke which rule is not told here."""
        outcomes = self.apply(frame, ruleset)
        frame.name = "originalData"
        return DynamicFrameCollection({"ruleOutcomes": outcomes, "originalData": frame}, frame.glue_ctx)


def _rules(ruleset: str) -> list[str]:
    inside = re.fullmatch(r"\s*Rules\s*=\s*\[(.*)\]\s*", ruleset, re.DOTALL)
    if not inside:
        raise ValueError(f"the ruleset is not Rules = [ … ]: {ruleset.strip()[:200]}")
    return [rule.strip() for rule in inside.group(1).split(",") if rule.strip()]


def _outcome(data, rule: str) -> tuple:
    kind, quoted, condition = RULE.match(rule).groups()
    columns = re.findall(r'"([^"]+)"', quoted)
    value, wanted = _measured(data, kind, columns)
    passed = _holds(value, condition or wanted, rule)
    name = f"{'Column' if columns else 'Dataset'}.{','.join(columns) or '*'}.{kind}"
    return rule, "Passed" if passed else "Failed", None if passed else f"Value: {value} does not meet the constraint requirement!", {name: float(value)}


def _measured(data, kind: str, columns: list[str]) -> tuple[float, str]:
    """A number of the data, and what it must be where the rule does not say."""
    if kind in ("ColumnCount", "RowCount"):
        return len(data.columns) if kind == "ColumnCount" else data.count(), ""
    if kind == "ColumnExists":
        return float(columns[0] in data.columns), "= 1"
    if kind in ("Completeness", "IsComplete"):
        return _share(data, F.col(f"`{columns[0]}`").isNotNull()), "= 1"
    if kind in ("IsUnique", "Uniqueness", "IsPrimaryKey"):
        once = data.groupBy(*columns).count().where("count = 1").count()
        return once / max(1, data.count()), "= 1"
    raise NotInLab(f"the data quality rule {kind}")


def _share(data, holds: Column) -> float:
    return data.agg(F.avg(F.when(holds, 1.0).otherwise(0.0))).first()[0] or 0.0


def _holds(value: float, condition: str, rule: str) -> bool:
    found = COMPARED.match(condition.strip())
    if not found:
        raise NotInLab(f"the data quality condition of {rule}")
    sign, bound, low, high = found.groups()
    if sign is None:
        return float(low) < value < float(high)
    edge = float(bound)
    return {"=": value == edge, "!=": value != edge, ">": value > edge, "<": value < edge, ">=": value >= edge, "<=": value <= edge}[sign]
