-- A pandoc reader for many sections in one run. Sections arrive joined by U+001D (the group
-- separator, which no text may hold) and are read one by one, so that each has notes and link
-- definitions of its own; each comes back as a Div. `markdown-example_lists`: with that extension
-- `[^1]: @key.` silently becomes an empty numbered list (jgm/pandoc#11596).
local FORMAT = 'markdown-example_lists-yaml_metadata_block-raw_tex-latex_macros'

-- A formula goes with its MathML, in a span that is ours: an author's of that name is opened first.
local function formula(math)
  local page = pandoc.Pandoc{pandoc.Plain{math}}
  local written = pandoc.write(page, 'html', pandoc.WriterOptions{html_math_method = 'mathml'})
  local mathml = written:match('^<math .*</math>$') or ''
  return pandoc.Span({math}, pandoc.Attr('', {'fleuron-formula'}, {mathml = mathml}))
end

local function named(span)
  if span.classes:includes('fleuron-formula') then return span.content end
end

local function formulas(blocks)
  return blocks:walk{Span = named}:walk{Math = formula}
end

function Reader(input, options)
  local text = {}
  for _, source in ipairs(input) do text[#text + 1] = source.text end
  local joined = table.concat(text) .. '\u{1D}'
  local blocks = pandoc.Blocks{}
  for section in joined:gmatch('(.-)\u{1D}') do
    blocks:insert(pandoc.Div(formulas(pandoc.read(section, FORMAT, options).blocks)))
  end
  return pandoc.Pandoc(blocks)
end
