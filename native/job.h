#pragma once

#include <napi.h>

#include <functional>
#include <initializer_list>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "arguments.h"

namespace numpywren {

struct Environment;

// One kernel call in flight. Everything but Compute belongs to the JavaScript thread.
struct Job {
  Job(Napi::Env env, const char* routine_name) : deferred(Napi::Promise::Deferred::New(env)), routine(routine_name) {}

  Napi::Promise::Deferred deferred;
  const char* routine;
  std::vector<Napi::ObjectReference> operands;
  std::vector<std::shared_ptr<void>> memory;
  std::function<double()> compute;
  double result = 0;
  std::string failure;
};

// Starts a computation on the pool and returns a promise of its number. The operands stay referenced, and their
// memory pinned, until it settles; it is rejected when one of them was detached meanwhile.
Napi::Value Submit(const Arguments& arguments, std::initializer_list<Napi::TypedArray> operands,
                   std::function<double()> compute);
Napi::Value Submit(const Arguments& arguments, const std::vector<Napi::TypedArray>& operands,
                   std::function<double()> compute);

// Gives an environment (the main thread or a worker thread) its channel back from the pool.
void InitEnvironment(Napi::Env env);

}  // namespace numpywren
