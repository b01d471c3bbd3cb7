"""What keeps a package from being verified at all."""

from runtime.errors import VmsError


class PackageUnreadable(VmsError):
    """{path} cannot be read as a package of evidence: {reason}. It is not whole, or it is something else.

    无法将 {path} 作为证据包读取：{reason}。文件不完整或不是证据包。
    """


class PublicKeyUnreadable(VmsError):
    """{path} is no Ed25519 public key: {reason}. Take the file that vms keys public printed, or the key's id.

    {path} 不是 Ed25519 公钥：{reason}。请使用 vms keys public 输出的文件或密钥标识。
    """
