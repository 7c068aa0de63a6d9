import type { FunctionProvider } from '../function/index.ts'
import { connect } from './connect.ts'
import { deploy } from './deploy.ts'
import { destroy } from './destroy.ts'
import { doctor } from './doctor/doctor.ts'
import { lambdaFacts } from './facts.ts'

/** Functions of AWS Lambda. Credentials, region and endpoints come from where every tool of AWS takes them. */
export function awsLambda(): FunctionProvider {
  return { name: 'aws-lambda', facts: lambdaFacts, deploy, doctor, destroy, connect }
}
