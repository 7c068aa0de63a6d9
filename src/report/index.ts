/** Pictures from data: SVG of task graphs, profiles and runs, and PNG from SVG. Pure functions, no files. */

export type {
  Agreement,
  AgreementGroup,
  ComparedDriver,
  ComparedOperand,
  ComparedProvider,
  ComparedRun,
  ComparedSandbox,
  ComparedWork,
  Comparison,
  Distribution,
  Money,
  MoneyItem,
  PriceBasis,
  Residual,
  RunMeasures,
  TimeSplit,
} from './compare-data.ts'
export { comparisonHtml, titleOf } from './compare-html.ts'
export { type ComparisonPicture, comparisonPictures } from './compare-pictures.ts'
export { problemOf, type ReportTable } from './compare-rows.ts'
export { comparisonSchema } from './compare-schema.ts'
export { comparisonTables, summaryTable } from './compare-tables.ts'
export type { DagData } from './dag-dot.ts'
export { dagDot } from './dag-dot.ts'
export { dagSvg, dagSvgLimit } from './dag-svg.ts'
export type { GraphSize } from './errors.ts'
export { EmptyPictureError, PictureTooLargeError } from './errors.ts'
export { kernelColours } from './palette.ts'
export { profileSvg, programLabel } from './profile-svg.ts'
export type { MeasuredRun, RunPicture } from './run-svg.ts'
export { maxLaneTasks, runSvg } from './run-svg.ts'
export type { PngOptions } from './svg-to-png.ts'
export { svgToPng } from './svg-to-png.ts'
