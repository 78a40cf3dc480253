"""Frame fields: which fields a DynamicFrame has, under which names and types. Part of DynamicFrame."""
from __future__ import annotations

from pyspark.sql import functions as F

from awsglue import catalog
from awsglue.faults import NotInLab
from awsglue.paths import column, found, leaves, listed, mapped, parts, without


class FrameFields:
    def resolveChoice(self, specs: list[tuple[str, str]] | tuple[str, str] | None = None, choice: str = "", database: str | None = None, table_name: str | None = None,
                      transformation_ctx: str = "", **thresholds: object):
        if bool(specs) == bool(choice):
            raise ValueError("resolveChoice takes either specs or choice")
        if choice.lower() == "match_catalog" and not (database and table_name):
            raise ValueError("match_catalog needs database and table_name")
        matched = catalog.columns(database, table_name) if choice.lower() == "match_catalog" else {}
        wanted = [specs] if isinstance(specs, tuple) else specs or [(name, choice) for name in self._choices.declared]
        resolved = self
        for path, action in wanted:
            names = found(resolved._frame.schema, path)
            if names and len(names) > 1:
                raise NotInLab(f"resolveChoice inside a column ({path})")
            if names:
                left = {name: kind for name, kind in resolved._choices.declared.items() if name != names[0]}
                resolved = resolved._with(resolved._choices.resolved(names[0], action, matched.get(names[0].lower())), left)
        return resolved

    def apply_mapping(self, mappings: list[tuple] | tuple, case_sensitive: bool = False, transformation_ctx: str = "", **thresholds: object):
        """Only what is mapped stays, of what is there. A mapping is (from, to), (from, to, type) or (from, from type, to, to type)."""
        wanted = []
        for mapping in [mappings] if isinstance(mappings, tuple) else mappings:
            source, target, kind = (mapping[0], mapping[2], mapping[3]) if len(mapping) == 4 else (*mapping, None)[:3]
            names = found(self._frame.schema, source)
            if names:
                value = self._choices.text(names[0]) if names[0] in self._choices.declared else column(names)
                wanted.append((value, parts(target), kind))
        return self._with(mapped(self._frame, wanted), {})

    applyMapping = apply_mapping

    def select_fields(self, paths: list[str] | str, transformation_ctx: str = "", **thresholds: object):
        known = [names for path in listed(paths) if (names := found(self._frame.schema, path))]
        return self._with(mapped(self._frame, [(column(names), names, None) for names in known]))

    def drop_fields(self, paths: list[str] | str, transformation_ctx: str = "", **thresholds: object):
        return self._with(without(self._frame, listed(paths)))

    def rename_field(self, oldName: str, newName: str, transformation_ctx: str = "", **thresholds: object):
        old, new = found(self._frame.schema, oldName), parts(newName)
        if not old:
            return self
        choices = {new[0] if name == old[0] else name: kind for name, kind in self._choices.declared.items()}
        if len(old) == 1 and len(new) == 1:
            renamed = [F.col(f"`{name}`").alias(new[0] if name == old[0] else name) for name in self._frame.columns]
            return self._with(self._frame.select(*renamed), choices)
        kept = [(column(names), new if names == old else names, None) for names, _ in leaves(self._frame.schema)]
        return self._with(mapped(self._frame, kept), choices)
