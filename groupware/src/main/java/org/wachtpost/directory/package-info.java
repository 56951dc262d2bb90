/**
 * Who is here: domains, people, groups, aliases, credentials; and who an address reaches.
 *
 * <p>The directory is an account of its own ({@link org.wachtpost.store.AccountId#DIRECTORY}): each
 * change of it is one commit with a log entry. It is small and read on every delivery and log-in,
 * so an immutable picture of it is kept in memory and replaced when its version moves.
 *
 * <p>Each domain has DKIM keys ({@link org.wachtpost.directory.DomainKeys}) and needs DNS records
 * ({@link org.wachtpost.directory.DomainZone}).
 */
@NullMarked
package org.wachtpost.directory;

import org.jspecify.annotations.NullMarked;
