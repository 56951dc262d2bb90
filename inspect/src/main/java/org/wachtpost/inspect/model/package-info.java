/**
 * What an inspection says: findings, incidents, coverage and the verdict, as immutable records.
 *
 * <p>The records are the library's stable output and the source of `findings.json`. Everything in
 * them that came from evidence is kept as it was found and must be escaped where it is shown.
 */
@NullMarked
package org.wachtpost.inspect.model;

import org.jspecify.annotations.NullMarked;
