// Registration only: every routine family has a pair of files of its own.
#include <cblas.h>
#include <napi.h>

#include "bidiagonal-svd.h"

#include "blas-info.h"
#include "checks.h"
#include "column-peaks.h"
#include "convert.h"
#include "crc32c.h"
#include "dense-svd.h"
#include "eigen.h"
#include "elementwise.h"
#include "external-memory.h"
#include "functions.h"
#include "gelsd.h"
#include "gemm.h"
#include "job.h"
#include "norms.h"
#include "panel-qr.h"
#include "panel-solve.h"
#include "potrf.h"
#include "qr.h"
#include "random-normal.h"
#include "rbf.h"
#include "scale-rows.h"
#include "sb2st.h"
#include "symmetric.h"
#include "row-exchange.h"
#include "sums.h"
#include "syrk.h"
#include "tournament.h"
#include "trsm.h"
#include "two-products.h"

namespace numpywren {

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  // Several calls at once, each on one thread.
  openblas_set_num_threads(1);
  InitEnvironment(env);
  const auto add = [&](const char* name, Napi::Value (*function)(const Napi::CallbackInfo&)) {
    exports.Set(name, Napi::Function::New(env, function, name));
  };
  add("potrf", Potrf);
  add("trsm", Trsm);
  add("syrk", Syrk);
  add("columnPeaks", ColumnPeaks);
  add("sb2st", Sb2st);
  add("sterf", Sterf);
  add("stedc", Stedc);
  add("syevd", Syevd);
  add("symm", Symm);
  add("syr2k", Syr2k);
  add("gemm", Gemm);
  add("gelsd", Gelsd);
  add("geqrt", Geqrt);
  add("gemqrt", Gemqrt);
  add("tpqrt", Tpqrt);
  add("tpmqrt", Tpmqrt);
  add("geadd", Geadd);
  add("convert", Convert);
  add("hadamard", Hadamard);
  add("divide", Divide);
  add("applyFunction", ApplyFunction);
  add("scale", Scale);
  add("scaleRows", ScaleRows);
  add("shiftDiagonal", ShiftDiagonal);
  add("symmetrize", Symmetrize);
  add("fill", Fill);
  add("selectRows", SelectRows);
  add("mergeRows", MergeRows);
  add("factorRows", FactorRows);
  add("panelSolve", PanelSolve);
  add("pivotRows", PivotRows);
  add("receiveRows", ReceiveRows);
  add("takeRows", TakeRows);
  add("rbf", Rbf);
  add("absSums", AbsSums);
  add("maxAbs", MaxAbs);
  add("sumSquares", SumSquares);
  add("rowSumsq", RowSumsq);
  add("sums", Sums);
  add("panelQr", PanelQr);
  add("bandToBidiagonal", BandToBidiagonal);
  add("bidiagonalSvd", BidiagonalSvd);
  add("bandReflect", BandReflect);
  add("denseSvd", DenseSvd);
  add("subtractTwoProducts", SubtractTwoProducts);
  add("randomNormal", RandomNormal);
  add("findNonFinite", FindNonFinite);
  add("isEqual", IsEqual);
  add("crc32c", Crc32cNow);
  add("crc32cPortable", Crc32cPortable);
  add("crc32cAsync", Crc32cOnPool);
  add("blasInfo", BlasInfo);
  add("setComputeThreads", SetComputeThreads);
  add("adjustExternalMemory", AdjustExternalMemory);
  return exports;
}

}  // namespace

NODE_API_MODULE(numpywren, Init)

}  // namespace numpywren
