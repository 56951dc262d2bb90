package org.wachtpost.inspect.evtx;

import java.util.List;

/**
 * A template definition of a chunk.
 *
 * @param offset where it stands in the chunk
 * @param nodes its content with holes
 * @param failure why it cannot be used, or empty
 */
record Template(int offset, List<Node> nodes, String failure) {}
