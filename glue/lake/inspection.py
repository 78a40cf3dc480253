"""Inspection: which files of exports can be read, and how; what can't is told with its reason before a row of it is taken.

Files of text are looked into by the executors, a piece at a time; of Parquet only the footer is read, unless a run has failed.
"""
from __future__ import annotations

from dataclasses import dataclass, field

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from lake.export_rows import rows
from lake.exports import Export, Gone, Overwritten, opened
from lake.layouts import PARQUET, Layout, Limits, layout_of, needs_whole
from lake.unpacked import PIECE, BadFile, unpacked

#: Bytes of one column in one group of rows, unpacked: a reader holds as much at once. Writers make groups of some 100 MB.
LARGEST_CHUNK = 512 << 20
NOT_WHOLE = "is no whole Parquet file"


@dataclass
class Inspection:
    files: dict[Layout, list[Export]] = field(default_factory=dict)
    #: Files that can't be read, each with its reason.
    bad: list[tuple[Export, str]] = field(default_factory=list)
    #: URIs of files that were deleted, or overwritten, since they were listed.
    gone: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)

    def without(self, other: Inspection) -> Inspection:
        """This one, less the files that another look could not read any more."""
        lost = {*(export.uri for export, _ in other.bad), *other.gone, *other.overwritten}
        kept = {layout: [each for each in exports if each.uri not in lost] for layout, exports in self.files.items()}
        return Inspection({layout: exports for layout, exports in kept.items() if exports},
                          [*self.bad, *other.bad], [*self.gone, *other.gone], [*self.overwritten, *other.overwritten])

    @property
    def exports(self) -> list[Export]:
        return [export for exports in self.files.values() for export in exports]


def inspected(spark: SparkSession, exports: list[Export], names: list[str], limits: Limits) -> Inspection:
    """@param names of the fields that a row must have"""
    if not exports:
        return Inspection()
    found = spark.sparkContext.parallelize(exports, min(len(exports), 200)).map(lambda export: (export, looked(export, names, limits))).collect()
    inspection = Inspection()
    for export, told in found:
        _told(inspection, export, _footer(spark, export, names, limits) if told == Layout("parquet") else told)
    return inspection


def again(spark: SparkSession, inspection: Inspection, names: list[str], limits: Limits) -> Inspection:
    """After a failed read: what of the files can't be read any more. Each Parquet file is read to its end, alone."""
    found = inspected(spark, inspection.exports, names, limits)
    for layout in [layout for layout in found.files if layout.format == "parquet"]:
        for export in found.files.pop(layout):
            try:
                rows(spark, {layout: [export]}, names, limits).write.format("noop").mode("overwrite").save()
            except Exception:  # noqa: BLE001 - whatever Spark makes of broken pages, the file is set aside with all of it
                found.bad.append((export, f"file {NOT_WHOLE}"))
    return found


def looked(export: Export, names: list[str], limits: Limits) -> Layout | BadFile | Gone | Overwritten:
    try:
        with opened(export) as stream:
            head = stream.read(PIECE)
            if head.startswith(PARQUET):
                return Layout("parquet")
            return layout_of(unpacked(head, stream, export.name, limits.unpacked), names, limits, needs_whole(head, export.size, limits))
    except (BadFile, Gone, Overwritten) as fault:
        return fault


def _told(inspection: Inspection, export: Export, told: Layout | Exception) -> None:
    if isinstance(told, Layout):
        inspection.files.setdefault(told, []).append(export)
    elif isinstance(told, BadFile):
        inspection.bad.append((export, f"file {told}"))
    else:
        (inspection.gone if isinstance(told, Gone) else inspection.overwritten).append(export.uri)


def _footer(spark: SparkSession, export: Export, names: list[str], limits: Limits) -> Layout | Exception:
    """The layout of a Parquet file, by its schema; files of one schema are read together."""
    hadoop = spark._jvm.org.apache.hadoop.fs.Path(export.uri)
    try:
        source = spark._jvm.org.apache.parquet.hadoop.util.HadoopInputFile.fromPath(hadoop, spark._jsc.hadoopConfiguration())
        reader = spark._jvm.org.apache.parquet.hadoop.ParquetFileReader.open(source)
    except Py4JJavaError as fault:
        return Gone(export.uri) if "FileNotFoundException" in str(fault.java_exception.getClass()) else BadFile(NOT_WHOLE)
    try:
        footer = reader.getFooter()
        schema = footer.getFileMetaData().getSchema()
        columns = [schema.getFieldName(place) for place in range(schema.getFieldCount())]
        chunks = [chunk.getTotalUncompressedSize() for block in footer.getBlocks() for chunk in block.getColumns()]
        unpacked_bytes = max(sum(chunks), reader.getRecordCount() * 8 * len(names))
        text = schema.toString()
    finally:
        reader.close()
    lower = [column.lower() for column in columns]
    missing = [name for name in names if name not in lower]
    if missing or len(set(lower)) < len(lower):
        return BadFile(f"has no column {', '.join(missing)}" if missing else "has two columns of one name")
    if unpacked_bytes > limits.unpacked or max(chunks, default=0) > LARGEST_CHUNK:
        return BadFile(f"unpacks to more than {limits.unpacked} bytes" if unpacked_bytes > limits.unpacked else f"has more than {LARGEST_CHUNK} bytes in one column chunk")
    return Layout("parquet", text.encode("utf-8"))
