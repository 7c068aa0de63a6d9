#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace numpywren {

// The addon's own threads: kernels never wait behind file I/O on libuv's threads, nor file I/O behind kernels.
// One pool for the process; every environment (main thread, worker threads) submits under its own owner key.
class ThreadPool {
 public:
  static constexpr unsigned kMaxThreads = 256;

  static ThreadPool& Instance();
  ~ThreadPool();

  void Submit(const void* owner, std::function<void()> task);
  // Drops the owner's tasks that have not started and waits for those that have.
  void Drain(const void* owner);
  // Returns when threads that are too many have ended, after their current task.
  void Resize(unsigned threads);
  unsigned Size();

 private:
  struct Task {
    const void* owner;
    std::function<void()> run;
  };

  ThreadPool();
  void Loop(unsigned index);
  void StartMissing();

  std::mutex resizing_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable finished_;
  std::deque<Task> queue_;
  std::unordered_map<const void*, int> running_;
  std::vector<std::thread> threads_;
  unsigned size_;
  bool stopping_ = false;
};

}  // namespace numpywren
