/** Singular values, eigenvalues and principal components are as good as LAPACK wants them, and as good as SciPy's on the same matrices. */

import test from 'ava'
import { declareAccuracyTests } from './helpers/declare.ts'

declareAccuracyTests(test, ['svd', 'eigh', 'pca'])
