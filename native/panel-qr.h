#pragma once

#include <napi.h>

namespace numpywren {

// panelQr(G, T, R, row): QR of the rows from `row` on of the panel G (m x b), Q = I - V T V^T, in place: G := V, unit lower trapezoidal
// from that row on with its ones and zeros, and zeros in the rows before; T and R (b x b) upper triangular, T zero in columns without a reflector.
Napi::Value PanelQr(const Napi::CallbackInfo& info);

}  // namespace numpywren
