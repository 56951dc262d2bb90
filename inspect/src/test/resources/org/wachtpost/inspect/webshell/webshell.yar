/* A rule set of comparable reach, for the speed comparison only: payload and client input in
   either width, evaluation with hiding, settings dumps. */
rule payload_and_input {
  strings:
    $script1 = "<%" ascii wide
    $script2 = "runat" ascii wide nocase
    $in1 = "request" ascii wide nocase fullword
    $in2 = ".text" ascii wide nocase
    $pay1 = "wscript.shell" ascii wide nocase
    $pay2 = "shell.application" ascii wide nocase
    $pay3 = "processstartinfo" ascii wide nocase
    $pay4 = "process.start" ascii wide nocase
    $pay5 = "createtextfile" ascii wide nocase
    $pay6 = "savetofile" ascii wide nocase
    $pay7 = "writealltext" ascii wide nocase
    $pay8 = "streamwriter" ascii wide nocase
    $pay9 = "assembly.load" ascii wide nocase
    $pay10 = "xp_cmdshell" ascii wide nocase
    $pay11 = "72c24dd5-d70a-438b-8a42-98424b88afb8" ascii wide nocase
    $pay12 = "getlogicaldrives" ascii wide nocase
    $pay13 = "virtualalloc" ascii wide nocase
    $pay14 = "tcpclient" ascii wide nocase
  condition:
    any of ($script*) and any of ($in*) and any of ($pay*)
}
rule evaluation {
  strings:
    $script1 = "<%" ascii wide
    $script2 = "runat" ascii wide nocase
    $run1 = /\b(eval|execute|executeglobal)\s{0,5}\(?\s{0,5}(request|session|chr|strreverse|unescape)/ ascii wide nocase
    $run2 = "executestatement" ascii wide nocase
    $run3 = "scriptcontrol" ascii wide nocase
    $run4 = "jscriptevaluate" ascii wide nocase
    $run5 = /\b(execute|executeglobal)\s{0,5}\(?\s{0,5}[a-z_]{1,20}\(\s{0,5}"/ ascii wide nocase
    $run6 = /(chrw?\(\d{2,3}\)\s{0,5}&\s{0,5}){4}/ ascii wide nocase
  condition:
    any of ($script*) and any of ($run*)
}
rule encoded {
  strings:
    $a = "#@~^" ascii wide
    $b = "^#~@" ascii wide
  condition:
    $a and $b
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
