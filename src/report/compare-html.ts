import type { Comparison } from './compare-data.ts'
import { bytes, significant } from './compare-format.ts'
import { comparisonPictures } from './compare-pictures.ts'
import type { ReportTable } from './compare-rows.ts'
import { comparisonTables } from './compare-tables.ts'
import { escapeXml } from './xml.ts'

/** The report as one page that needs nothing else: no script, no network, opens from a file. */
export function comparisonHtml(comparison: Comparison): string {
  const { work, driver, createdAt, numpywren, providers } = comparison
  const title = titleOf(comparison)
  const tables = comparisonTables(comparison).map(tableHtml)
  const pictures = comparisonPictures(comparison).map(
    ({ title, svg }) => `<figure aria-label="${escapeXml(title)}">${svg.trim()}</figure>`,
  )
  const emulated = providers.filter(({ emulatedBy, storeEmulatedBy }) => emulatedBy ?? storeEmulatedBy)
  const options = Object.entries(work.options).map(([name, value]) => `${name} ${String(value)}`)
  const [summary = '', ...rest] = tables
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>
<p>${escapeXml(
    `${createdAt}, numpywren ${numpywren}, driven from ${driver.cores} cores of ${driver.processor} with ${bytes(driver.memoryBytes)}, Node ${driver.node}. ` +
      `${work.repeat} runs on each provider, in turn; ${work.workers} invocations at the same time, coordinator ${work.coordinator}, durability ${work.durability}, seed ${work.seed}` +
      `${options.length > 0 ? `, ${options.join(', ')}` : ''}.`,
  )}</p>
${emulated.length === 0 ? '' : `<p class="emulated"><strong>Emulated:</strong> ${escapeXml(emulated.map(({ label }) => label).join('; '))}. Figures from an emulation are not the cloud's: not its times, not its starts, not its bill.</p>`}
<p class="${comparison.agreement.state === 'same' ? 'same' : 'different'}">${escapeXml(comparison.agreement.text)}</p>
${agreementHtml(comparison)}
</header>
<main>
${summary}
${pictures.join('\n')}
${rest.join('\n')}
</main>
</body>
</html>
`
}

/** `cholesky, A 4096 x 4096 in tiles of 1024 x 1024`. */
export function titleOf({ work }: Comparison): string {
  const operands = work.operands.map(
    ({ name, shape, tile, dtype }) => `${name} ${shape.join(' x ')} ${dtype} in tiles of ${tile.join(' x ')}`,
  )
  return `${work.algorithm} compared: ${operands.join(', ')}`
}

function agreementHtml({ agreement }: Comparison): string {
  const items = agreement.groups.map(({ digest, runs, coreTypes, residual }) => {
    const judged =
      residual === undefined
        ? 'not judged'
        : `${residual.formula}: ratio ${significant(residual.ratio)}, threshold ${residual.threshold}, ${residual.passed ? 'passed' : 'FAILED'}`
    const by = coreTypes.length === 0 ? '' : ` on core type ${coreTypes.join(', ')}`
    return `<li><code>${escapeXml(digest)}</code> (${escapeXml(runs.join('; '))})${escapeXml(by)}. Residual ${escapeXml(judged)}.</li>`
  })
  return items.length === 0 ? '' : `<ul>${items.join('')}</ul>`
}

function tableHtml({ title, header, rows, notes }: ReportTable): string {
  const isNumber = header.map((_, column) => rows.some((row) => isNumeric(row[column])))
  const body = rows.map((row) => `<tr>${cellsOf(row, header.length).map(cellHtml(isNumber)).join('')}</tr>`)
  return `<section>
<h2>${escapeXml(title)}</h2>
<div class="scroll"><table>
<thead><tr>${header.map((name, column) => `<th scope="col"${isNumber[column] ? ' class="number"' : ''}>${escapeXml(name)}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>
${notes.map((note) => `<p class="note">${escapeXml(note)}</p>`).join('\n')}
</section>`
}

interface Cell {
  readonly text: string
  readonly column: number
  readonly span: number
}

/** What stands last in a row takes the empty cells before it, and those that the row does not have. */
function cellsOf(row: readonly (string | number)[], columns: number): readonly Cell[] {
  const last = row.length - 1
  const isText = !isNumeric(row[last])
  const before = isText ? row.slice(0, last).findLastIndex((value) => value !== '') : last - 1
  return row.flatMap((value, column): Cell[] => {
    if (column > before && column < last) return []
    const first = column === last && value !== '' ? before + 1 : column
    return [{ text: String(value), column: first, span: column === last ? columns - first : 1 }]
  })
}

/** Longer texts are broken into lines. */
const longest = 32

function cellHtml(isNumber: readonly boolean[]): (cell: Cell) => string {
  return ({ text, column, span }) => {
    if (column === 0) return `<th scope="row">${escapeXml(text)}</th>`
    const kind = span > 1 || text.length > longest ? 'long' : isNumber[column] ? 'number' : undefined
    return `<td${span > 1 ? ` colspan="${span}"` : ''}${kind === undefined ? '' : ` class="${kind}"`}>${escapeXml(text)}</td>`
  }
}

function isNumeric(value: string | number | undefined): boolean {
  return typeof value === 'number' || /^\$?[\d,]+(\.\d+)?( %)?$/.test(value ?? '')
}

const style = `
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; color: #222; background: #fff; font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
table { border-collapse: collapse; font-size: 0.8rem; }
th, td { padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd; }
td { white-space: nowrap; } td.long { white-space: normal; min-width: 16rem; }
thead th { border-bottom: 2px solid #666; vertical-align: bottom; } tbody th { font-weight: 600; min-width: 13rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; } .note { color: #555; font-size: 0.8rem; margin: 0.3rem 0; max-width: 60rem; }
.emulated { border-left: 4px solid #d55e00; padding: 0.4rem 0.8rem; background: #fdf1ea; }
.same { border-left: 4px solid #0072b2; padding: 0.4rem 0.8rem; background: #eaf3f9; }
.different { border-left: 4px solid #e69f00; padding: 0.4rem 0.8rem; background: #fdf6e6; }
ul { font-size: 0.85rem; } code { overflow-wrap: anywhere; }
figure { margin: 1.5rem 0; } figure svg { max-width: 100%; height: auto; }
@media print { body { max-width: none; margin: 0; } .scroll { overflow: visible; } }
`
