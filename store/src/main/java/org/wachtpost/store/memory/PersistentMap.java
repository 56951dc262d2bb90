package org.wachtpost.store.memory;

import org.jspecify.annotations.Nullable;

/**
 * An immutable ordered map: a change gives a new map that shares all but O(log n) nodes, so that a
 * snapshot is a reference. A treap: a search tree by key that is also a heap by a hash of the key,
 * which keeps it balanced whatever the order of changes, and makes equal maps equal trees.
 */
final class PersistentMap<K extends Comparable<K>, V> {
  private final @Nullable Node<K, V> root;

  private record Node<K extends Comparable<K>, V>(
      K key, V value, int weight, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {

    Node<K, V> with(@Nullable Node<K, V> newLeft, @Nullable Node<K, V> newRight) {
      return new Node<>(key, value, weight, newLeft, newRight);
    }
  }

  /** An entry of the map. */
  record Entry<K, V>(K key, V value) {}

  PersistentMap() {
    this(null);
  }

  private PersistentMap(@Nullable Node<K, V> root) {
    this.root = root;
  }

  PersistentMap<K, V> with(K key, V value) {
    return new PersistentMap<>(insert(root, key, value));
  }

  PersistentMap<K, V> without(K key) {
    return get(key) == null ? this : new PersistentMap<>(remove(root, key));
  }

  @Nullable V get(K key) {
    Node<K, V> node = root;
    while (node != null) {
      int order = key.compareTo(node.key);
      if (order == 0) {
        return node.value;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  /** The first entry, or null. */
  @Nullable Entry<K, V> first() {
    Node<K, V> node = root;
    while (node != null && node.left != null) {
      node = node.left;
    }
    return entry(node);
  }

  /** The first entry behind {@code key}, or at it if {@code inclusive}. */
  @Nullable Entry<K, V> after(K key, boolean inclusive) {
    Node<K, V> best = null;
    Node<K, V> node = root;
    while (node != null) {
      int order = key.compareTo(node.key);
      if (order < 0 || (order == 0 && inclusive)) {
        best = node;
        node = node.left;
      } else {
        node = node.right;
      }
    }
    return entry(best);
  }

  /** The last entry before {@code key}. */
  @Nullable Entry<K, V> before(K key) {
    Node<K, V> best = null;
    Node<K, V> node = root;
    while (node != null) {
      if (key.compareTo(node.key) > 0) {
        best = node;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return entry(best);
  }

  private static <K extends Comparable<K>, V> @Nullable Entry<K, V> entry(
      @Nullable Node<K, V> node) {
    return node == null ? null : new Entry<>(node.key, node.value);
  }

  private static <K extends Comparable<K>, V> Node<K, V> insert(
      @Nullable Node<K, V> node, K key, V value) {
    if (node == null) {
      return new Node<>(key, value, weight(key), null, null);
    }
    int order = key.compareTo(node.key);
    if (order == 0) {
      return new Node<>(key, value, node.weight, node.left, node.right);
    }
    if (order < 0) {
      Node<K, V> left = insert(node.left, key, value);
      return left.weight > node.weight
          ? left.with(left.left, node.with(left.right, node.right))
          : node.with(left, node.right);
    }
    Node<K, V> right = insert(node.right, key, value);
    return right.weight > node.weight
        ? right.with(node.with(node.left, right.left), right.right)
        : node.with(node.left, right);
  }

  private static <K extends Comparable<K>, V> @Nullable Node<K, V> remove(
      @Nullable Node<K, V> node, K key) {
    if (node == null) {
      return null;
    }
    int order = key.compareTo(node.key);
    if (order == 0) {
      return merge(node.left, node.right);
    }
    return order < 0
        ? node.with(remove(node.left, key), node.right)
        : node.with(node.left, remove(node.right, key));
  }

  /** Joins two trees of which every key of the first is before every key of the second. */
  private static <K extends Comparable<K>, V> @Nullable Node<K, V> merge(
      @Nullable Node<K, V> first, @Nullable Node<K, V> second) {
    if (first == null) {
      return second;
    }
    if (second == null) {
      return first;
    }
    return first.weight > second.weight
        ? first.with(first.left, merge(first.right, second))
        : second.with(merge(first, second.left), second.right);
  }

  /** Spreads the hash (the last steps of MurmurHash3), since neighbouring keys hash alike. */
  private static int weight(Object key) {
    int hash = key.hashCode();
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }
}
