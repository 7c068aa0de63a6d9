#include "thread-pool.h"

#include <algorithm>
#include <utility>

namespace numpywren {

ThreadPool& ThreadPool::Instance() {
  static ThreadPool pool;
  return pool;
}

ThreadPool::ThreadPool() : size_(std::clamp(std::thread::hardware_concurrency(), 1u, kMaxThreads)) {}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Submit(const void* owner, std::function<void()> task) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    StartMissing();
    queue_.push_back({owner, std::move(task)});
  }
  wake_.notify_one();
}

void ThreadPool::Drain(const void* owner) {
  std::unique_lock<std::mutex> lock(mutex_);
  queue_.erase(std::remove_if(queue_.begin(), queue_.end(), [&](const Task& task) { return task.owner == owner; }),
               queue_.end());
  finished_.wait(lock, [&] { return running_.find(owner) == running_.end(); });
}

void ThreadPool::Resize(unsigned threads) {
  // One resize at a time: a place is free again only when the thread that leaves it has ended.
  std::lock_guard<std::mutex> turn(resizing_);
  std::vector<std::thread> leaving;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    size_ = threads;
    while (threads_.size() > size_) {
      leaving.push_back(std::move(threads_.back()));
      threads_.pop_back();
    }
    if (!threads_.empty()) StartMissing();
  }
  wake_.notify_all();
  for (std::thread& thread : leaving) thread.join();
}

unsigned ThreadPool::Size() {
  std::lock_guard<std::mutex> lock(mutex_);
  return size_;
}

// Called with the mutex held.
void ThreadPool::StartMissing() {
  while (threads_.size() < size_) {
    const unsigned index = static_cast<unsigned>(threads_.size());
    threads_.emplace_back([this, index] { Loop(index); });
  }
}

void ThreadPool::Loop(unsigned index) {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stopping_ || index >= size_ || !queue_.empty(); });
    if (stopping_ || index >= size_) return;
    const void* owner = queue_.front().owner;
    {
      std::function<void()> run = std::move(queue_.front().run);
      queue_.pop_front();
      ++running_[owner];
      lock.unlock();
      run();
    }
    lock.lock();
    if (--running_[owner] == 0) running_.erase(owner);
    finished_.notify_all();
  }
}

}  // namespace numpywren
