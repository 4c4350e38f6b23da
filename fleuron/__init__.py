"""fleuron: structured Markdown and a CSL bibliography become PDF, EPUB and HTML editions."""

__version__ = "0.1.0"
