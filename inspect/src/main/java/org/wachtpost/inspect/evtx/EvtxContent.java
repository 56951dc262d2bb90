package org.wachtpost.inspect.evtx;

/** What stands in an element of an event. */
public sealed interface EvtxContent
    permits EvtxElement, EvtxContent.Text, EvtxContent.CData, EvtxContent.ProcessingInstruction {

  /** Text, not escaped. */
  record Text(String text) implements EvtxContent {}

  /** A CDATA section, not escaped. */
  record CData(String text) implements EvtxContent {}

  /** A processing instruction. */
  record ProcessingInstruction(String target, String text) implements EvtxContent {}
}
