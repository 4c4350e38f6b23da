"""The formats: a module each, with one function `render` that turns a proof into an artefact.

To add one, add its module here and its name to the table; no format imports another. `pdf` comes
first: it decides where pages begin, and the others carry its page numbers.
"""

FORMATS = ("pdf", "epub", "html")
