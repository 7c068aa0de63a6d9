#include "job.h"

#include <exception>
#include <utility>

#include "backing-store.h"
#include "thread-pool.h"

namespace numpywren {

namespace {

void Settle(Napi::Env env, Napi::Function callback, Environment* environment, Job* job);

using Channel = Napi::TypedThreadSafeFunction<Environment, Job, Settle>;

}  // namespace

struct Environment {
  Channel channel;
  std::list<std::unique_ptr<Job>> jobs;
};

namespace {

bool IsDetached(const Napi::ObjectReference& reference) {
  Napi::Value buffer = reference.Value().Get("buffer");
  return buffer.IsArrayBuffer() && buffer.As<Napi::ArrayBuffer>().IsDetached();
}

bool AnyDetached(const Job& job) {
  for (const Napi::ObjectReference& operand : job.operands) {
    if (IsDetached(operand)) return true;
  }
  return false;
}

void Answer(Napi::Env env, const Job& done) {
  if (AnyDetached(done)) {
    done.deferred.Reject(
        ArgumentError(env, done.routine, "an operand", "was detached (transferred) while the kernel ran").Value());
  } else if (!done.failure.empty()) {
    Napi::Error error = Napi::Error::New(env, std::string(done.routine) + ": " + done.failure);
    error.Set("code", Napi::String::New(env, "NUMPYWREN_INTERNAL"));
    done.deferred.Reject(error.Value());
  } else {
    done.deferred.Resolve(Napi::Number::New(env, done.result));
  }
}

// Back on the JavaScript thread. Without an env the environment is closing and its jobs are gone.
void Settle(Napi::Env env, Napi::Function, Environment* environment, Job* job) {
  if (static_cast<napi_env>(env) == nullptr) return;
  Napi::HandleScope scope(env);
  std::unique_ptr<Job> done;
  for (auto it = environment->jobs.begin(); it != environment->jobs.end(); ++it) {
    if (it->get() != job) continue;
    done = std::move(*it);
    environment->jobs.erase(it);
    break;
  }
  if (!done) return;
  try {
    if (environment->jobs.empty()) environment->channel.Unref(env);
    Answer(env, *done);
  } catch (const Napi::Error&) {
    // A thread that is being terminated runs no JavaScript any more: nobody is left to be told.
  }
}

void Run(Channel channel, Job* job) {
  try {
    job->result = job->compute();
  } catch (const std::exception& error) {
    job->failure = error.what();
  } catch (...) {
    job->failure = "an unknown C++ exception";
  }
  // The only refusal is that of a closing environment, which drops its jobs itself.
  channel.NonBlockingCall(job);
}

// Before the environment's memory goes: nothing of its jobs may still run.
void CloseEnvironment(Environment* environment) {
  ThreadPool::Instance().Drain(environment);
  environment->jobs.clear();
}

}  // namespace

Napi::Value Submit(const Arguments& arguments, std::initializer_list<Napi::TypedArray> operands,
                   std::function<double()> compute) {
  return Submit(arguments, std::vector<Napi::TypedArray>(operands), std::move(compute));
}

Napi::Value Submit(const Arguments& arguments, const std::vector<Napi::TypedArray>& operands,
                   std::function<double()> compute) {
  Napi::Env env = arguments.info().Env();
  Environment* environment = env.GetInstanceData<Environment>();
  auto job = std::make_unique<Job>(env, arguments.routine());
  for (const Napi::TypedArray& operand : operands) {
    job->operands.push_back(Napi::Persistent(operand.As<Napi::Object>()));
    job->memory.push_back(PinMemory(operand));
  }
  job->compute = std::move(compute);
  Napi::Value promise = job->deferred.Promise();
  Job* handle = job.get();
  environment->jobs.push_back(std::move(job));
  try {
    ThreadPool::Instance().Submit(environment, [channel = environment->channel, handle] { Run(channel, handle); });
  } catch (...) {
    environment->jobs.pop_back();
    throw;
  }
  // A promise that is owed keeps the event loop alive.
  if (environment->jobs.size() == 1) environment->channel.Ref(env);
  return promise;
}

void InitEnvironment(Napi::Env env) {
  auto owned = std::make_unique<Environment>();
  Environment* environment = owned.release();  // Node-API deletes it with the environment
  env.SetInstanceData<Environment>(environment);
  environment->channel = Channel::New(env, "numpywren", 0, 1, environment);
  environment->channel.Unref(env);
  // Cleanup hooks run last in, first out: this one before that of the channel.
  env.AddCleanupHook(CloseEnvironment, environment);
}

}  // namespace numpywren
