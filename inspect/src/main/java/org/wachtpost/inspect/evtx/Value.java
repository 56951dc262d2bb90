package org.wachtpost.inspect.evtx;

/**
 * One value of a template instance, still in the chunk.
 *
 * @param type as the descriptor says ([MS-EVEN6] §2.2.18), which rules over the one in the template
 * @param offset in the chunk, in bytes
 * @param length in bytes
 */
record Value(int type, int offset, int length) {
  /** No type of any writer: the value lies behind the end of its record. */
  static final int CUT_OFF = -1;

  static final int NULL = 0x00;
  static final int STRING = 0x01;
  static final int ANSI_STRING = 0x02;
  static final int UINT8 = 0x04;
  static final int UINT16 = 0x06;
  static final int BINARY = 0x0E;
  static final int SIZE_T = 0x10;
  static final int FILE_TIME = 0x11;
  static final int SID = 0x13;
  static final int BIN_XML = 0x21;
  static final int ARRAY = 0x80;

  boolean isArray() {
    return type != CUT_OFF && (type & ARRAY) != 0;
  }

  boolean isEmpty() {
    return type == NULL || length == 0;
  }
}
