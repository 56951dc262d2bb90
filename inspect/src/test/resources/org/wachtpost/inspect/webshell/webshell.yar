/* A rule set of comparable reach, for the speed comparison only: by what pages are known that do what
   the client sends, in either width, with their ways to hide it. No pattern is one of those that yara
   itself calls slow. What it finds and what it takes for shells is told in docs/inspect-rules.md. */
private rule page {
  strings:
    $a = "<%" ascii wide
    $b = /runat\s{0,3}=\s{0,3}["']?server/ ascii wide nocase
    $c = /<script\s{1,5}language\s{0,3}=/ ascii wide nocase
    $d = "<?php" ascii wide nocase
    $e = "<%@" ascii wide
    $f = "<xsl:" ascii wide nocase
    $g = "httpHandlers" ascii wide nocase
  condition:
    any of them
}
private rule client_input {
  strings:
    $a = /\brequest\s{0,5}[.(\[]/ ascii wide nocase
    $b = /\brequest\.(item|form|querystring|cookies|headers|params|binaryread|inputstream|files|servervariables)\b/ ascii wide nocase
    $c = /<asp:(textbox|fileupload|button)\b/ ascii wide nocase
    $d = /\$_(get|post|request|cookie|server|files)\b/ ascii wide nocase
    $e = /<input\s[^>]{0,80}type\s{0,3}=\s{0,3}["']?(file|text|password)/ ascii wide nocase
    $f = "context.request" ascii wide nocase
    $g = /\bsession\s{0,5}[(\[]/ ascii wide nocase
    $h = ".text" ascii wide nocase
    $i = "webmethod" ascii wide nocase
    $j = "operationcontract" ascii wide nocase
    $k = "frombase64string" ascii wide nocase
    $l = ".request" ascii wide nocase
  condition:
    any of them
}
rule evaluates {
  strings:
    $a = /[^.\w](eval|eval_r|execute|executeglobal)[\s(]{1,8}(request|session|chr|chrw|strreverse|unescape|replace|join|mid)\b/ ascii wide nocase
    $b = /[^.\w](eval|execute|executeglobal)[\s(]{1,8}[a-z_]\w{0,30}\s{0,3}[,)%('\r\n:&+]/ ascii wide nocase
    $b2 = /[^.\w](execute|executeglobal)[\s(]{1,8}"[^"\r\n]{1,80}"/ ascii wide nocase
    $c = /[:=]\s{0,3}eval\s{0,3}[,;)}\]]/ ascii wide nocase
    $d = /return\s{1,5}eval\b/ ascii wide nocase
    $f = "executestatement" ascii wide nocase
    $g = "scriptcontrol" ascii wide nocase
    $h = "jscriptevaluate" ascii wide nocase
    $i = "microsoft.jscript" ascii wide nocase
    $j = /["']unsafe["']/ ascii wide nocase
  condition:
    page and ($a or $c or $d or $f or $g or $h or $i or (client_input and any of ($b, $b2, $j)))
}
rule hides_its_words {
  strings:
    $a1 = "\"&\"" ascii wide
    $a2 = "\"+\"" ascii wide
    $a3 = "\" & \"" ascii wide
    $a4 = "\" + \"" ascii wide
    $b1 = ")&chr(" ascii wide nocase
    $b2 = ") & chr(" ascii wide nocase
    $b3 = ")&chrw(" ascii wide nocase
    $b4 = ")+chr(" ascii wide nocase
    $b5 = "&chr(" ascii wide nocase
    $c = "codepage=6500" ascii wide nocase
    $d = "#@~^" ascii wide
    $f = "\\x65" ascii wide nocase
    $e = "\\u00" ascii wide nocase
    $g1 = "e+k-v" ascii wide nocase
    $h = "string.fromcharcode" ascii wide nocase
    $i = "strreverse" ascii wide nocase fullword
    $l = "frombase64string" ascii wide nocase
    $m1 = "decode(" ascii wide nocase
    $m2 = "uncode(" ascii wide nocase
    $m3 = "decrypt(" ascii wide nocase
    $m4 = "unencode(" ascii wide nocase
    $n = "*/" ascii wide
    $run1 = "eval" ascii wide nocase fullword
    $run2 = "execute" ascii wide nocase fullword
    $run3 = "executeglobal" ascii wide nocase fullword
    $run4 = "invoke" ascii wide nocase fullword
  condition:
    page and ($c or $d or $g1 or #a1 > 5 or #a2 > 5 or #a3 > 5 or #a4 > 5
      or (any of ($b1, $b2, $b3, $b4, $b5, $f, $h, $i, $l, $m1, $m2, $m3, $m4) and any of ($run*))
      or #b5 > 8 or ((#e > 5 or #n > 8) and any of ($run*)))
}
rule runs_programs {
  strings:
    $a = "wscript.shell" ascii wide nocase
    $b = "shell.application" ascii wide nocase
    $c = "processstartinfo" ascii wide nocase
    $d = /\bprocess\s{0,3}\.\s{0,3}start\b/ ascii wide nocase
    $e = "72c24dd5-d70a-438b-8a42-98424b88afb8" ascii wide nocase
    $f = "f935dc22-1cf0-11d0-adb9-00c04fd58a0b" ascii wide nocase
    $g = "13709620-c279-11ce-a49e-444553540000" ascii wide nocase
    $h = "0d43fe01-f093-11cf-8940-00a0c9054228" ascii wide nocase
    $i = "cmd.exe" ascii wide nocase
    $j = "%comspec%" ascii wide nocase
    $k = "xp_cmdshell" ascii wide nocase
    $l = "sp_oacreate" ascii wide nocase
    $m = "openrowset" ascii wide nocase fullword
    $n = "winexec" ascii wide nocase fullword
    $o = "createprocess" ascii wide nocase
    $p = "virtualalloc" ascii wide nocase
    $q = "scriptlet" ascii wide nocase fullword
    $r = "system.management.automation" ascii wide nocase
    $s = "win32_process" ascii wide nocase
    $t = /createobject\s{0,3}\(\s{0,3}["'][^"']{0,20}["']\s{0,3}[&+]/ ascii wide nocase
    $u = "site exec" ascii wide nocase
    $v = "43958" ascii wide
    $w = "msxsl:script" ascii wide nocase
  condition:
    page and client_input and any of them
}
rule loads_code {
  strings:
    $a = "assembly.load" ascii wide nocase
    $b = "compileassemblyfromsource" ascii wide nocase
    $c = "csharpcodeprovider" ascii wide nocase
    $d = "codedomprovider" ascii wide nocase
    $e = "createinstance" ascii wide nocase fullword
    $f = "losformatter" ascii wide nocase
    $g = "binaryformatter" ascii wide nocase
    $h = "objectstateformatter" ascii wide nocase
    $i = "netdatacontractserializer" ascii wide nocase
    $j = "invokemember" ascii wide nocase
    $k = "dllimport" ascii wide nocase
    $l = "parsecontrol" ascii wide nocase fullword
    $m = "virtualpathprovider" ascii wide nocase
    $n = "rijndaelmanaged" ascii wide nocase
    $o = "marshal.copy" ascii wide nocase
  condition:
    page and client_input and any of them
}
rule works_on_files {
  strings:
    $a = "scripting.filesystemobject" ascii wide nocase
    $b = "createtextfile" ascii wide nocase
    $c = "savetofile" ascii wide nocase
    $d = "opentextfile" ascii wide nocase
    $e = "deletefile" ascii wide nocase
    $f = "deletefolder" ascii wide nocase
    $g = "copyfile" ascii wide nocase
    $h = "movefile" ascii wide nocase
    $i = "getfolder" ascii wide nocase
    $j = "adodb.stream" ascii wide nocase
    $k = "writealltext" ascii wide nocase
    $l = "writeallbytes" ascii wide nocase
    $m = "streamwriter" ascii wide nocase
    $n = "file.create" ascii wide nocase
    $o = "file.delete" ascii wide nocase
    $p = "directory.delete" ascii wide nocase
    $q = "getlogicaldrives" ascii wide nocase
    $r = "directoryinfo" ascii wide nocase
    $s = "driveinfo" ascii wide nocase
    $t = ".saveas" ascii wide nocase
    $u = "microsoft.xmlhttp" ascii wide nocase
    $v = "responsebody" ascii wide nocase fullword
    $w = "savetodisk" ascii wide nocase
    $x = "attributes" ascii wide nocase fullword
    $y = "setlastwritetime" ascii wide nocase
    $z = "fso.drives" ascii wide nocase
    $save = /\.saveas\s{0,3}\(/ ascii wide nocase
  condition:
    page and (($u and $c) or ($a and $b) or client_input
      and (3 of them or $save or (any of ($m, $k, $l, $n, $i) and ($r or $t or #m > 0))))
}
rule works_on_databases_and_network {
  strings:
    $a = "tcpclient" ascii wide nocase
    $b = "tcplistener" ascii wide nocase
    $c = "sockettype.raw" ascii wide nocase
    $d = "iocontrolcode" ascii wide nocase
    $e = "openschema" ascii wide nocase
    $f = "adodb.connection" ascii wide nocase
    $g = "adox.catalog" ascii wide nocase
    $h = "sqlconnection" ascii wide nocase
    $i = "oledbconnection" ascii wide nocase
    $j = "information_schema" ascii wide nocase
    $k = "sysobjects" ascii wide nocase
    $l = "sysdatabases" ascii wide nocase
    $m = "into outfile" ascii wide nocase
    $n = "backup database" ascii wide nocase
    $o = "backup log" ascii wide nocase
    $p = "regread" ascii wide nocase
    $q = "registry" ascii wide nocase fullword
    $r = "winnt://" ascii wide nocase
    $s = "iis://" ascii wide nocase
    $t = "win32_" ascii wide nocase
    $u = "logonuser" ascii wide nocase
    $v = "machinekey" ascii wide nocase
    $w = "environment.getenvironmentvariables" ascii wide nocase
    $x = /request\.servervariables\s{0,3}\(\s{0,3}[a-z]\w{0,20}\s{0,3}\)/ ascii wide nocase
    $y = "webclient" ascii wide nocase
    $z = "httpwebrequest" ascii wide nocase
    $open = /(server|data source|uid)\s{0,3}=\s{0,3}["']\s{0,3}[+&]/ ascii wide nocase
    $strong = /sockettype\.raw|xp_dirtree|into outfile|logonuser|iis:\/\/|winnt:\/\/|adox\.catalog/ ascii wide nocase
  condition:
    page and client_input
      and (3 of them or $strong or ($open and any of ($f, $h, $i)) or ($q and 1 of ($p, $t)))
}
rule php {
  strings:
    $php = /<\?(php|=)/ ascii wide nocase
    $run = /\b(eval|assert|system|exec|shell_exec|passthru|popen|proc_open|create_function|base64_decode|gzinflate|preg_replace|move_uploaded_file|file_put_contents|fwrite)\s{0,3}\(/ ascii wide nocase
    $in = /\$_(get|post|request|cookie|server|files)\b/ ascii wide nocase
  condition:
    all of them
}
rule settings_dump {
  strings:
    $url1 = "externalurl" ascii wide nocase
    $url2 = "internalurl" ascii wide nocase
    $set1 = "internalauthenticationmethods" ascii wide nocase
    $set2 = "extendedprotectiontokenchecking" ascii wide nocase
    $code1 = "<script" ascii wide nocase
    $code2 = "<%" ascii wide
    $code3 = "runat" ascii wide nocase
  condition:
    filesize < 50KB and any of ($url*) and any of ($set*) and any of ($code*)
}
