import { CsvError, parse } from 'csv-parse/sync'

/** What separates the fields of a line; ' ' stands for any run of blanks. */
export type Delimiter = ',' | ';' | '\t' | ' '

/** The delimiter that a first line shows: semicolons before commas (decimal commas do not decide), then tabs, then blanks. */
export function detectDelimiter(line: string): Delimiter {
  const bare = line.replace(/"[^"]*"/g, '""')
  if (bare.includes(';')) return ';'
  if (bare.includes(',')) return ','
  const isTabbed = bare.includes('\t') && !bare.split('\t').some((field) => /\S +\S/.test(field.trim()))
  return isTabbed ? '\t' : ' '
}

/** The fields of one line, blanks around them removed. @returns a sentence when its quotes are wrong */
export function splitFields(line: string, delimiter: Delimiter): string[] | string {
  if (line.includes('"')) return splitQuoted(line, delimiter)
  return delimiter === ' ' ? line.trim().split(/\s+/) : line.split(delimiter)
}

function splitQuoted(line: string, delimiter: Delimiter): string[] | string {
  const text = delimiter === ' ' ? line.trim().replace(/\s+/g, ' ') : line
  try {
    return parse(text, { delimiter, relax_column_count: true, ltrim: true, rtrim: true })[0] ?? []
  } catch (error) {
    if (error instanceof CsvError) return 'a quotation mark is not closed or stands inside a field'
    throw error
  }
}

/** The line without what follows a `#` outside quotes. */
export function stripComment(line: string): string {
  if (!line.includes('#')) return line
  let isQuoted = false
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') isQuoted = !isQuoted
    else if (line[i] === '#' && !isQuoted) return line.slice(0, i)
  }
  return line
}
