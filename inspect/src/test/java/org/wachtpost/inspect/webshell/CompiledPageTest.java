package org.wachtpost.inspect.webshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CompiledPageTest {
  @Test
  void tellsWhichPageWasCompiled() {
    String xml =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<preserve resultType=\"3\" "
            + "virtualPath=\"/owa/auth/gone.aspx\" hash=\"ab\" filehash=\"cd\" flags=\"110000\" "
            + "assembly=\"App_Web_x1y2\" type=\"ASP.owa_auth_gone_aspx\"><filedeps>"
            + "<filedep name=\"/owa/auth/gone.aspx\" /></filedeps></preserve>";
    assertThat(CompiledPage.parse(xml.getBytes(StandardCharsets.UTF_8)))
        .contains(
            new CompiledPage(
                "/owa/auth/gone.aspx", "ASP.owa_auth_gone_aspx", "App_Web_x1y2", "cd"));
  }

  @Test
  void documentTypesAndOtherFilesAreRefused() {
    String hostile =
        "<!DOCTYPE preserve [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
            + "<preserve virtualPath=\"&e;\"/>";
    assertThat(CompiledPage.parse(hostile.getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(CompiledPage.parse("<a/>".getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(CompiledPage.parse(new byte[] {1, 2, 3})).isEmpty();
    assertThat(CompiledPage.parse(new byte[CompiledPage.MAX_BYTES + 1])).isEmpty();
  }

  @Test
  void assembliesAreJudgedByTheirNamesAndLiterals() {
    assertThat(CompiledCode.judge(assembly("JScript" + "Evaluate", "unsafe")).shell()).isTrue();
    assertThat(CompiledCode.judge(assembly("Process" + "StartInfo", "cmd" + ".exe")).shell())
        .isTrue();
    assertThat(CompiledCode.judge(assembly("get_Request", "hello")).shell()).isFalse();
    assertThat(CompiledCode.judge(new byte[100])).isEqualTo(ShellVerdict.CLEAN);
  }

  private static byte[] assembly(String name, String literal) {
    byte[] bytes = new byte[4096];
    bytes[0] = 'M';
    bytes[1] = 'Z';
    byte[] names = name.getBytes(StandardCharsets.UTF_8);
    byte[] literals = literal.getBytes(StandardCharsets.UTF_16LE);
    System.arraycopy(names, 0, bytes, 1000, names.length);
    System.arraycopy(literals, 0, bytes, 2000, literals.length);
    return Arrays.copyOf(bytes, bytes.length);
  }
}
