package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EncodedScriptTest {
  @Test
  void decodesABlockMadeByTheEncoder() {
    String encoded = "#@~^IQAAAA==3X+^!Y\u007FMVK4ms+AsAAA==^#~@";
    assertThat(EncodedScript.decodeAll("<%" + encoded + "%>")).isEqualTo("<%ExecuteGlobal%>");
  }

  @Test
  void anEndMarkInsideTheHiddenTextDoesNotEndTheBlock() {
    assertThat(EncodedScript.decodeAll("#@~^AAAAAA==%@*AAAAAA==^#~@")).doesNotContain("%>");
  }
}
