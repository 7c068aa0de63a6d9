// Where AWS's runtime interface client finds the handler (`docker/lambda.handler`): it knows no .ts, and Node strips its types when this loads it.
export { handler } from '../src/function/lambda.ts'
