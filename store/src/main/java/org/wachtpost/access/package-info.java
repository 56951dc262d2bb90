/**
 * What happened at the door: one small interface, {@link org.wachtpost.access.AccessLog}, that
 * everything which lets somebody in, turns somebody away or changes something sensitive reports to.
 * It lives below the rooms that report and below {@code watch}, which keeps and reads the events.
 */
@NullMarked
package org.wachtpost.access;

import org.jspecify.annotations.NullMarked;
