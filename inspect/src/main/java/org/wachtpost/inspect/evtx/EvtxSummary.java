package org.wachtpost.inspect.evtx;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a file held.
 *
 * @param records events handed out, of every integrity
 * @param recovered of these, the ones that no longer belong to the log (found in a damaged chunk or
 *     in the free space behind the last record)
 * @param partial of these, the ones in which a value could not be read
 * @param damaged places reported as damage, and records that could not be read
 * @param chunks chunks with a sound header
 * @param checksumMismatches chunks whose header or records do not match their CRC-32
 * @param dirty the log was open when it was copied
 * @param full the log had reached its size
 * @param nextRecordId what the header says comes next, or 0 without a header
 * @param lowestRecordId lowest identifier among records still in the log, or 0
 * @param highestRecordId highest identifier among records still in the log, or 0
 * @param oldest earliest event, or null without events
 * @param newest latest event, or null without events
 */
public record EvtxSummary(
    long records,
    long recovered,
    long partial,
    long damaged,
    long chunks,
    long checksumMismatches,
    boolean dirty,
    boolean full,
    long nextRecordId,
    long lowestRecordId,
    long highestRecordId,
    @Nullable Instant oldest,
    @Nullable Instant newest) {}
