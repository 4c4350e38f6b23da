"""The formats: a module each, with one function that turns a proof into an artefact."""
