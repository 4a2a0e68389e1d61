"""Exports: what the dataset says, in the formats that other tools read.

Everything here asks the dataset, never the files that people or the ingester wrote. `formats` is the registry; each
format is a module of its own that is imported only when it is asked for.
"""

from phengraph.export.files import export_to_file, write_export
from phengraph.export.formats import FORMATS, Exporter, Files, Format, Options, export, find_format

__all__ = [
    "FORMATS",
    "Exporter",
    "Files",
    "Format",
    "Options",
    "export",
    "export_to_file",
    "find_format",
    "write_export",
]
