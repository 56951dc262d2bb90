/**
 * Reads Windows event logs (EVTX, Windows Vista and later), whole or damaged.
 *
 * <p>The one entry is {@link org.wachtpost.inspect.evtx.EvtxReader}: it walks a file chunk by chunk
 * and hands out every record that can still be understood, and every place that cannot.
 *
 * <p>A record is read in one of two ways. For a consumer that asks for no elements, the fields of
 * one of the usual shape are taken straight from its values ({@link
 * org.wachtpost.inspect.evtx.TemplateInstance}, {@link org.wachtpost.inspect.evtx.TemplateFields});
 * every other is parsed and its templates filled in ({@link
 * org.wachtpost.inspect.evtx.BinXmlParser}, {@link org.wachtpost.inspect.evtx.Expansion}). Both say
 * the same of the same bytes.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>no input makes it throw anything but the {@link java.io.IOException} of the channel: what
 *       is wrong with a file is said to the consumer, with its offset, and reading goes on;
 *   <li>memory is one chunk (64 KiB) and what its records expand to, bounded by {@link
 *       org.wachtpost.inspect.evtx.EvtxLimits}; time is linear in the size of the file;
 *   <li>a name or template is looked up by its offset, never by the chunk's string table, which
 *       damaged files have wrong;
 *   <li>the channel is only read.
 * </ul>
 *
 * <p>Formats: the facts of [MS-EVEN6] §2.2.12 to §2.2.20 (BinXml) and of the libevtx documentation
 * of the file. An array repeats the element that it stands in for each item, as [MS-EVEN6]
 * §3.1.4.7.5 says.
 *
 * <p>Threading: a reader has no state between calls; one call is one thread.
 */
@NullMarked
package org.wachtpost.inspect.evtx;

import org.jspecify.annotations.NullMarked;
