/** AWS Lambda: workers in functions of the worker image. */

export { lambdaFacts, slotsOf } from './facts.ts'
export { awsLambda } from './provider.ts'
