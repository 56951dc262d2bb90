package org.wachtpost.inspect.evtx;

import java.util.List;

/**
 * A template definition of a chunk.
 *
 * @param offset where it stands in the chunk
 * @param nodes its content with holes
 * @param failure why it cannot be used, or empty
 * @param names where in the chunk the offsets of its names stand; empty if it is not written as
 *     Windows does it
 */
record Template(int offset, List<Node> nodes, String failure, List<Integer> names) {
  static Template failed(int offset, String failure) {
    return new Template(offset, List.of(), failure, List.of());
  }
}
