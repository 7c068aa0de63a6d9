#pragma once

#include "tile-view.h"

namespace numpywren::bidiagonal {

// X := H_1 H_2 ... X for the reflectors that Chase kept in w (n x n), sweep after sweep; X is n x k.
//
// The reflectors of one step of a group of sweeps, each one row below the one before, make one block reflector I - V T V^T
// with V (width + group - 1) x group. Within a group blocks go by ascending step, groups by descending sweep: reflectors that
// meet keep their order. Haidar, Ltaief, Dongarra: Parallel reduction to condensed forms for symmetric eigenvalue problems
// (SC 2011), section 5.
void ApplyReflectors(TileView<double> w, int width, TileView<double> x);
void ApplyReflectors(TileView<float> w, int width, TileView<float> x);

}  // namespace numpywren::bidiagonal
