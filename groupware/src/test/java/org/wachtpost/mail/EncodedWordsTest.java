package org.wachtpost.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 2047, and what senders make of it. */
class EncodedWordsTest {
  @Test
  void decodesBothEncodingsAndLeavesOutTheSpaceBetweenWords() {
    assertThat(EncodedWords.decode("a =?UTF-8?Q?caf=C3=A9_?= =?iso-8859-1?b?6XTp?= b"))
        .isEqualTo("a café été b");
    assertThat(EncodedWords.decode("=?us-ascii*en?Q?hi?= there")).isEqualTo("hi there");
    assertThat(EncodedWords.decode("=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=")).isEqualTo("日本語");
    assertThat(EncodedWords.decode("=?gb2312?B?1tC5+g==?=")).isEqualTo("中国");
  }

  @Test
  void joinsACharacterThatWasCutInTwo() {
    assertThat(EncodedWords.decode("=?UTF-8?Q?caf=C3?= =?utf-8?Q?=A9?=")).isEqualTo("café");
    assertThat(EncodedWords.decode("=?UTF-8?B?4oI=?= =?UTF-8?Q?=AC?= x")).isEqualTo("€ x");
  }

  @Test
  void leavesWhatIsNoEncodedWord() {
    for (String text :
        new String[] {"=?", "=?utf-8?Q?no end", "=?utf-8?X?a?=", "=?none-such?Q?a?=", "=?=?=?="}) {
      assertThat(EncodedWords.decode(text)).isEqualTo(text);
    }
    assertThat(EncodedWords.decode("=?utf-8?Q?a?= b =?utf-8?Q?c?=")).isEqualTo("a b c");
  }
}
