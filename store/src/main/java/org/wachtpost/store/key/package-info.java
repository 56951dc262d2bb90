/**
 * The key space, written down once: {@link org.wachtpost.store.key.KeySpace} lists every prefix
 * with the layout of its keys and values and a history. {@link org.wachtpost.store.key.KeyWriter}
 * builds keys, {@link org.wachtpost.store.key.RecordWriter} and {@link
 * org.wachtpost.store.key.RecordReader} the versioned binary records that are the values.
 */
@NullMarked
package org.wachtpost.store.key;

import org.jspecify.annotations.NullMarked;
