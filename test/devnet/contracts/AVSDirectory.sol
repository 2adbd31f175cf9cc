// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the AVSDirectory of EigenLayer core in the two families that operators met:
//   AVSDirectoryM2  v0.2.3 to v0.5.4: a domain without version, string reverts, expiry is looked at before isOperator
//   AVSDirectory    >= v1.3.0: a domain with version, custom errors, expiry is looked at after isOperator
// What >= v1.3.0 hashes as its version changed over time ("1.", "1", and "v1" on some test chains), so the constructor
// says which. version() answers the whole semantic version instead, and hashing that gives a wrong digest.
//
// Enforced: the order of checks, their words, one salt namespace per operator over all AVSs.
// The separator is computed at each call, so the code can be placed at any address of any chain.
//
// Left out: operator sets and everything about them, proxies, owner, and eip712Domain(), which the real
// contract does not have either.

import {Ecdsa} from "./Ecdsa.sol";
import {IDelegationManager} from "./Interfaces.sol";
import {Pausable} from "./Pausable.sol";
import {SignatureWithSaltAndExpiry} from "./Types.sol";

abstract contract AVSDirectoryBase is Pausable {
    enum OperatorAVSRegistrationStatus {
        UNREGISTERED,
        REGISTERED
    }

    event OperatorAVSRegistrationStatusUpdated(
        address indexed operator, address indexed avs, OperatorAVSRegistrationStatus status
    );

    event AVSMetadataURIUpdated(address indexed avs, string metadataURI);

    bytes32 public constant OPERATOR_AVS_REGISTRATION_TYPEHASH =
        keccak256("OperatorAVSRegistration(address operator,address avs,bytes32 salt,uint256 expiry)");
    uint8 internal constant PAUSED_REGISTRATION = 0;

    IDelegationManager public immutable delegation;

    mapping(address avs => mapping(address operator => OperatorAVSRegistrationStatus)) public avsOperatorStatus;
    mapping(address operator => mapping(bytes32 salt => bool)) public operatorSaltIsSpent;

    constructor(IDelegationManager delegation_) {
        delegation = delegation_;
    }

    function domainSeparator() public view virtual returns (bytes32);

    function calculateOperatorAVSRegistrationDigestHash(address operator, address avs, bytes32 salt, uint256 expiry)
        public
        view
        returns (bytes32)
    {
        bytes32 structHash = keccak256(abi.encode(OPERATOR_AVS_REGISTRATION_TYPEHASH, operator, avs, salt, expiry));
        return keccak256(abi.encodePacked("\x19\x01", domainSeparator(), structHash));
    }

    function updateAVSMetadataURI(string calldata metadataURI) external {
        emit AVSMetadataURIUpdated(msg.sender, metadataURI);
    }

    function _digest(address operator, SignatureWithSaltAndExpiry memory given) internal view returns (bytes32) {
        return calculateOperatorAVSRegistrationDigestHash(operator, msg.sender, given.salt, given.expiry);
    }

    function _isRegistered(address operator) internal view returns (bool) {
        return avsOperatorStatus[msg.sender][operator] == OperatorAVSRegistrationStatus.REGISTERED;
    }

    function _set(address operator, OperatorAVSRegistrationStatus status) internal {
        avsOperatorStatus[msg.sender][operator] = status;
        emit OperatorAVSRegistrationStatusUpdated(operator, msg.sender, status);
    }
}

contract AVSDirectoryM2 is AVSDirectoryBase {
    bytes32 public constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)");

    constructor(IDelegationManager delegation_) AVSDirectoryBase(delegation_) {}

    function domainSeparator() public view override returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("EigenLayer"), block.chainid, address(this)));
    }

    function registerOperatorToAVS(address operator, SignatureWithSaltAndExpiry memory operatorSignature)
        external
        onlyWhenNotPaused(PAUSED_REGISTRATION)
    {
        require(
            operatorSignature.expiry >= block.timestamp,
            "AVSDirectory.registerOperatorToAVS: operator signature expired"
        );
        require(!_isRegistered(operator), "AVSDirectory.registerOperatorToAVS: operator already registered");
        require(
            !operatorSaltIsSpent[operator][operatorSignature.salt],
            "AVSDirectory.registerOperatorToAVS: salt already spent"
        );
        require(
            delegation.isOperator(operator),
            "AVSDirectory.registerOperatorToAVS: operator not registered to EigenLayer yet"
        );
        Ecdsa.requireSignatureM2(operator, _digest(operator, operatorSignature), operatorSignature.signature);

        operatorSaltIsSpent[operator][operatorSignature.salt] = true;
        _set(operator, OperatorAVSRegistrationStatus.REGISTERED);
    }

    function deregisterOperatorFromAVS(address operator) external onlyWhenNotPaused(PAUSED_REGISTRATION) {
        require(_isRegistered(operator), "AVSDirectory.deregisterOperatorFromAVS: operator not registered");
        _set(operator, OperatorAVSRegistrationStatus.UNREGISTERED);
    }

    function cancelSalt(bytes32 salt) external {
        require(!operatorSaltIsSpent[msg.sender][salt], "AVSDirectory.cancelSalt: cannot cancel spent salt");
        operatorSaltIsSpent[msg.sender][salt] = true;
    }
}

contract AVSDirectory is AVSDirectoryBase {
    error CurrentlyPaused();
    error OperatorAlreadyRegisteredToAVS();
    error SaltSpent();
    error OperatorNotRegisteredToEigenLayer();
    error SignatureExpired();
    error InvalidSignature();
    error OperatorNotRegisteredToAVS();

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    // What an immutable can hold of a string: up to 32 bytes, zero padded.
    bytes32 private immutable _version;
    bytes32 private immutable _hashOfDomainVersion;

    constructor(IDelegationManager delegation_, string memory domainVersion, string memory fullVersion)
        AVSDirectoryBase(delegation_)
    {
        _hashOfDomainVersion = keccak256(bytes(domainVersion));
        _version = bytes32(bytes(fullVersion));
    }

    function domainSeparator() public view override returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256("EigenLayer"), _hashOfDomainVersion, block.chainid, address(this)
            )
        );
    }

    function version() external view returns (string memory) {
        uint256 length = 0;
        while (length < 32 && _version[length] != 0) length++;
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            text[i] = _version[i];
        }
        return string(text);
    }

    function registerOperatorToAVS(address operator, SignatureWithSaltAndExpiry memory operatorSignature)
        external
        onlyWhenNotPaused(PAUSED_REGISTRATION)
    {
        if (_isRegistered(operator)) revert OperatorAlreadyRegisteredToAVS();
        if (operatorSaltIsSpent[operator][operatorSignature.salt]) revert SaltSpent();
        if (!delegation.isOperator(operator)) revert OperatorNotRegisteredToEigenLayer();
        if (operatorSignature.expiry < block.timestamp) revert SignatureExpired();
        bytes32 digest = _digest(operator, operatorSignature);
        if (!Ecdsa.isValidSignatureNow(operator, digest, operatorSignature.signature)) revert InvalidSignature();

        operatorSaltIsSpent[operator][operatorSignature.salt] = true;
        _set(operator, OperatorAVSRegistrationStatus.REGISTERED);
    }

    function deregisterOperatorFromAVS(address operator) external onlyWhenNotPaused(PAUSED_REGISTRATION) {
        if (!_isRegistered(operator)) revert OperatorNotRegisteredToAVS();
        _set(operator, OperatorAVSRegistrationStatus.UNREGISTERED);
    }

    function cancelSalt(bytes32 salt) external {
        operatorSaltIsSpent[msg.sender][salt] = true;
    }

    function _revertBecausePaused() internal pure override {
        revert CurrentlyPaused();
    }
}
