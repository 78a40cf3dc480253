"""DynamicFrameCollection: frames by name, as relationalize and the transforms that split give them."""
from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import types as T


class DynamicFrameCollection:
    def __init__(self, dynamic_frames: dict | list, glue_ctx: object) -> None:
        self._frames = dynamic_frames if isinstance(dynamic_frames, dict) else {frame.name: frame for frame in dynamic_frames}
        self.glue_ctx = glue_ctx

    def __getitem__(self, key: str):
        return self._frames[key]

    def __len__(self) -> int:
        return len(self._frames)

    def keys(self):
        return self._frames.keys()

    def values(self):
        return self._frames.values()

    def select(self, key: str, transformation_ctx: str = ""):
        """An empty frame when there is none of that name, as on AWS."""
        from awsglue.dynamicframe import DynamicFrame
        return self._frames[key] if key in self._frames else DynamicFrame(self.glue_ctx.spark_session.createDataFrame([], T.StructType([])), self.glue_ctx, key)

    def map(self, callable: Callable, transformation_ctx: str = "") -> DynamicFrameCollection:
        return DynamicFrameCollection({key: callable(frame, f"{transformation_ctx}:{key}") for key, frame in self._frames.items()}, self.glue_ctx)

    def flatmap(self, f: Callable, transformation_ctx: str = "") -> DynamicFrameCollection:
        told: dict = {}
        for frame in self._frames.values():
            made = f(frame, f"{transformation_ctx}:{frame.name}")
            told.update(made._frames if isinstance(made, DynamicFrameCollection) else {made.name: made})
        return DynamicFrameCollection(told, self.glue_ctx)
