"""An edition on its way to a translation tool and back. Files as text in and out; pure.

    source file ─slots─▶ Slots ─inline─▶ messages ─po · xliff─▶ a tool's file
    a tool's file ─po · xliff─▶ messages ─back─▶ the files again, with what is wrong at its place

A slot is a stretch of a file that is translated as one, with its place in the file: what stands
between slots never leaves the file, so that what was not translated comes back byte for byte. In a
slot, what a tool must not break (notes, citations, links, code, formulas) is a placeholder.
"""
