package org.wachtpost.inspect.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.wachtpost.inspect.model.Damage;

/** Damaged places: the first ones by name, the others counted. Any thread. */
final class Damages {
  private static final int MAX_NAMED = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Damage> named = new ArrayList<>();
  private long total;

  void add(Damage damage) {
    lock.lock();
    try {
      total++;
      if (named.size() < MAX_NAMED) {
        named.add(damage);
      }
    } finally {
      lock.unlock();
    }
  }

  /** All that another one holds; those that it only counted are only counted. */
  void addAll(Damages others) {
    List<Damage> list = others.named();
    long more = others.total() - list.size();
    list.forEach(this::add);
    lock.lock();
    try {
      total += more;
    } finally {
      lock.unlock();
    }
  }

  List<Damage> named() {
    lock.lock();
    try {
      return List.copyOf(named);
    } finally {
      lock.unlock();
    }
  }

  long total() {
    lock.lock();
    try {
      return total;
    } finally {
      lock.unlock();
    }
  }
}
